using System.Globalization;
using CommunityFund.Grants.Closings;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Closings;

/// <summary>What was reached of an indicator, as typed.</summary>
public sealed class TypedReached
{
    public short No { get; set; }

    public string? Reached { get; set; }

    public string? Note { get; set; }
}

/// <summary>Something that stays, as typed.</summary>
public sealed class TypedGood
{
    public string? What { get; set; }

    public string? Count { get; set; }

    public string? Place { get; set; }
}

/// <summary>执行报告表, written on a phone; it saves itself where scripts run.</summary>
public sealed class ReportModel : FundPage
{
    private const int SpareRows = 2;

    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public int Version { get; set; }

    [BindProperty]
    public List<TypedReached> Reached { get; set; } = [];

    [BindProperty]
    public string? People { get; set; }

    [BindProperty]
    public string? Activities { get; set; }

    [BindProperty]
    public string? Problems { get; set; }

    [BindProperty]
    public string? Self { get; set; }

    [BindProperty]
    public string? Asked { get; set; }

    [BindProperty]
    public string? Satisfied { get; set; }

    [BindProperty]
    public List<TypedGood> Goods { get; set; } = [];

    [BindProperty]
    public bool NoGoods { get; set; }

    public ClosingView? View { get; private set; }

    public async Task OnGetAsync()
    {
        await Load();
        if (View is not { } view)
        {
            return;
        }

        ReportText text = view.Report.Text;
        Version = view.Report.Version;
        Reached = [.. view.Report.Indicators.Select(row => new TypedReached { No = row.No, Reached = row.Reached, Note = row.Note })];
        (People, Asked, Satisfied) = (Written(text.People), Written(text.Asked), Written(text.Satisfied));
        (Activities, Problems, Self, NoGoods) = (text.Activities, text.Problems, text.Self, text.NoGoods);
        Goods = [.. text.Goods.Select(row => new TypedGood { What = row.What, Count = Written(row.Count), Place = row.Place })];
        Goods.AddRange(Enumerable.Range(0, SpareRows).Select(_ => new TypedGood()));
    }

    public async Task<IActionResult> OnPostAsync()
    {
        ReportText text = Typed();
        if (ModelState.IsValid && await Try(async () =>
        {
            await Session.Run(new SaveClosingReport(FormKey, Id, Version, text), Ct);
            Said = W["closing.said-saved"];
        }))
        {
            return RedirectToPage(null, new { id = Id });
        }

        return await Again();
    }

    /// <summary>What is typed is saved first, so that what is handed in is what stands there.</summary>
    public async Task<IActionResult> OnPostHandInAsync()
    {
        ReportText text = Typed();
        if (ModelState.IsValid && await Try(async () => Version = await Session.Run(new SaveClosingReport(FormKey, Id, Version, text), Ct)))
        {
            ModelState.Remove(nameof(Version));
            if (await Try(() => Session.Run(new HandInClosingReport(Guid.NewGuid(), Id, Version), Ct)))
            {
                Said = W["closing.said-handed-in"];
                return RedirectToPage("Show", new { id = Id });
            }

            FormKey = Guid.NewGuid();
            ModelState.Remove(nameof(FormKey));
        }

        return await Again();
    }

    /// <summary>The script's saving: the answer carries what the form needs to be sent again.</summary>
    public async Task<IActionResult> OnPostAutoAsync()
    {
        ReportText text = Typed();
        int saved = 0;
        if (ModelState.IsValid && await Try(async () => saved = await Session.Run(new SaveClosingReport(FormKey, Id, Version, text), Ct)))
        {
            return new JsonResult(new { version = saved, key = Guid.NewGuid(), says = W["closing.said-saved"].Value });
        }

        Unprocessable();
        string why = Refusal is { } no ? W.Of(no)
            : ModelState.Values.SelectMany(field => field.Errors).Select(error => error.ErrorMessage).FirstOrDefault() ?? W["form.unknown"].Value;
        return new JsonResult(new
        {
            key = Guid.NewGuid(),
            says = W["closing.not-saved", why].Value,
            isStale = Refusal?.Code
            == SaveClosingReport.Stale
        })
        {
            StatusCode = Response.StatusCode,
        };
    }

    private async Task<IActionResult> Again()
    {
        Refusal? refusal = Refusal;
        Unprocessable();
        await Load();
        Refusal = refusal ?? Refusal;
        return Page();
    }

    private ReportText Typed() => new(
        [.. Reached.Select(row => new ReachedIndicator(row.No, row.Reached ?? "", row.Note ?? ""))], Whole(nameof(People), People),
        Activities ?? "", Problems ?? "", Self ?? "", Whole(nameof(Asked), Asked), Whole(nameof(Satisfied), Satisfied),
        [.. Goods.Select((row, at) => (row, at)).Where(each => !string.IsNullOrWhiteSpace(each.row.What)).Select(each =>
            new HandedGood(each.row.What!, Whole($"Goods[{each.at}].Count", each.row.Count) ?? 1, each.row.Place ?? ""))], NoGoods);

    private int? Whole(string field, string? typed)
    {
        string text = (typed ?? "").Trim().Replace(",", "", StringComparison.Ordinal);
        if (text.Length == 0)
        {
            return null;
        }

        if (text.Length <= 9 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return number;
        }

        ModelState.AddModelError(field, W["form.number"]);
        return null;
    }

    private static string Written(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private Task Load() => Try(async () => View = await Session.Ask(new ClosingPage(Id), Ct));
}
