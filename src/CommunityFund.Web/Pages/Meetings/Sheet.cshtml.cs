using System.Globalization;
using CommunityFund.Grants;
using CommunityFund.Grants.Meetings;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Meetings;

/// <summary>评选结果汇总表: votes, scores, ranks, lots, and the three signatures.</summary>
public sealed class SheetModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Version { get; set; }

    /// <summary>The lots: by case its number, as drawn. Read by hand: a bound dictionary would take every field of the other form for
    /// its own.</summary>
    public Dictionary<long, string> Lots { get; } = [];

    public TallySheetView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnGetPdfAsync() =>
        TakePdf(async () => TallyPaper.Of(View = await Session.Download(new TallySheet(Id, Version), Ct), W));

    public Task<IActionResult> OnPostLotsAsync() => Do(async () =>
    {
        foreach (var (field, typed) in Request.Form.Where(field => field.Key.StartsWith("lot-", StringComparison.Ordinal)))
        {
            Lots[long.TryParse(field[4..], NumberStyles.None, CultureInfo.InvariantCulture, out long grant) ? grant : 0] = typed.ToString();
        }

        await Session.Run(new DrawLots(FormKey, Id, [.. Lots.OrderBy(lot => int.TryParse(lot.Value, NumberStyles.None,
            CultureInfo.InvariantCulture, out int no) ? no : int.MaxValue)
            .Where(lot => !string.IsNullOrWhiteSpace(lot.Value)).Select(lot => lot.Key)]), Ct);
        return "meeting.said-drawn";
    }, Load, new { id = Id });

    public Task<IActionResult> OnPostSignAsync() => Do(async () =>
    {
        GrantMoved moved = await Session.Run(new SignTally(FormKey, Id, Version ?? 0), Ct);
        return moved.Happened ? "meeting.said-ranked" : "meeting.said-signed";
    }, Load, new { id = Id });

    private Task Load() => Try(async () => View = await Session.Ask(new TallySheet(Id, Version), Ct));
}
