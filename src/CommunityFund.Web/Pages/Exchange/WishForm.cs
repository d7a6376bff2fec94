using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Exchange;

namespace CommunityFund.Web.Pages.Exchange;

/// <summary>What is asked for, as typed.</summary>
public sealed class WishForm
{
    public string? Role { get; set; }

    public string? What { get; set; }

    public string? Place { get; set; }

    public string? On { get; set; }

    public string? From { get; set; }

    public string? Until { get; set; }

    /// <summary>1:30, or empty for the whole span.</summary>
    public string? Hours { get; set; }

    public bool IsUrgent { get; set; }

    public string? UrgentReason { get; set; }

    public string? Project { get; set; }

    /// <exception cref="RefusedException">The day is none.</exception>
    public ServiceWish Read() => new(Role ?? "", What ?? "", Place ?? "", DayText.Read(On), From ?? "", Until ?? "", Minutes(), IsUrgent,
        UrgentReason ?? "",
        long.TryParse(Project, NumberStyles.None, CultureInfo.InvariantCulture, out long project) ? project : null);

    // What is no time is no span either, which the rule then says.
    private int? Minutes() => string.IsNullOrWhiteSpace(Hours) ? null
        : Hours.Trim().Replace('：', ':').Split(':') is [var hours, var minutes]
            && int.TryParse(hours, NumberStyles.None, CultureInfo.InvariantCulture, out int h) && h <= 24
            && int.TryParse(minutes, NumberStyles.None, CultureInfo.InvariantCulture, out int m) && m < 60 ? (h * 60) + m
        : int.TryParse(Hours.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int whole) && whole <= 24 ? whole * 60 : 0;
}
