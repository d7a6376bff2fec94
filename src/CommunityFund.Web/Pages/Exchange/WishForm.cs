using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank;
using CommunityFund.TimeBank.Exchange;

namespace CommunityFund.Web.Pages.Exchange;

/// <summary>What is asked for, as typed.</summary>
public sealed class WishForm
{
    /// <summary>When it begins or ends is left empty.</summary>
    public const string NoTime = "exchange.no-time";

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

    /// <param name="wrong">Hears of each field that cannot be read.</param>
    /// <returns>Null where one could not be.</returns>
    public ServiceWish? Read(Action<string, Refusal> wrong)
    {
        bool isFine = true;
        ServiceWish wish = new(Role ?? "", What ?? "", Place ?? "", Of(nameof(On), () => DayText.Read(On)), Of(nameof(From), () => Time(From)),
            Of(nameof(Until), () => Time(Until)),
            Of<int?>(nameof(Hours), () => string.IsNullOrWhiteSpace(Hours) ? null : HoursText.Read(Hours)), IsUrgent, UrgentReason ?? "",
            long.TryParse(Project, NumberStyles.None, CultureInfo.InvariantCulture, out long project) ? project : null);
        return isFine ? wish : null;

        T Of<T>(string field, Func<T> read)
        {
            try
            {
                return read();
            }
            catch (RefusedException refused)
            {
                isFine = false;
                wrong(field, refused.Refusal);
                return default!;
            }
        }
    }

    private static string Time(string? typed) => string.IsNullOrWhiteSpace(typed) ? throw new RefusedException(NoTime) : typed;
}
