using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Lots;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Lots;

/// <summary>What a gift, any other inflow, or an enterprise's profit paid for, as of a day and as known at an entry.</summary>
public sealed class TraceModel : FundPage
{
    [BindProperty(SupportsGet = true, Name = "lot")]
    public string? LotId { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Donation { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Enterprise { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Day { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Known { get; set; }

    /// <summary>The enterprise whose money is followed.</summary>
    public string? EnterpriseName { get; private set; }

    public TracedLot? Lot { get; private set; }

    public TraceView? Trace { get; private set; }

    public Task OnGetAsync() => Try(async () =>
    {
        LocalDate? day = string.IsNullOrEmpty(Day) ? null : DayText.Read(Day);
        long? known = Number(Known);
        if (Number(Enterprise) is { } enterprise)
        {
            (EnterpriseName, Trace) = await Session.Ask(new EnterpriseTrace(enterprise, day, known), Ct);
            return;
        }

        Lot = Number(Donation) is { } donation ? await Session.Ask(new GiftTrace(donation, day, known), Ct)
            : await Session.Ask(new LotTrace(Number(LotId) ?? 0, day, known), Ct);
        Trace = Lot.Trace;
    });

    private static long? Number(string? typed) =>
        long.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}
