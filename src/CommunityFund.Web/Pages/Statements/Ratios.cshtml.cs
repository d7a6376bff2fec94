using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Statements;

/// <summary>What the law asks the body to spend in a year, how far it has come, and what that is reckoned from.</summary>
public sealed class RatiosModel : FundPage
{
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    [BindProperty(SupportsGet = true)]
    public string? Year { get; set; }

    /// <summary>A day of the year.</summary>
    [BindProperty(SupportsGet = true)]
    public string? AsOf { get; set; }

    /// <summary>Position of an entry.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Known { get; set; }

    public LawRatioView? View { get; private set; }

    public Task OnGet() => Load();

    public async Task<IActionResult> OnGetWorkbook() =>
        await Try(async () => View = await Session.Download(Asked(), Ct))
            ? File(LawRatioWorkbook.Draw(View!, W), Xlsx, LawRatioWorkbook.FileName(View!, W))
            : Page();

    public async Task<IActionResult> OnPostConfirm(long id)
    {
        if (await Try(() => Session.Run(new ConfirmLawBase(FormKey, id), Ct)))
        {
            Said = W["ratios.said-confirmed"];
            return RedirectToPage("Ratios", new { Year });
        }

        Refusal? no = Refusal;
        await Load();
        Refusal = no;
        return Page();
    }

    /// <summary>This address with another year.</summary>
    public Dictionary<string, string> Route(int year) => Parts(("year", StatementForm.Number(year)), ("asOf", AsOf), ("known", Known));

    /// <summary>This very state of the books, whatever is posted later.</summary>
    public Dictionary<string, string> Pinned(LawRatioView view) =>
        Parts(("year", StatementForm.Number(view.Year)), ("asOf", W.Show(view.AsOf)), ("known", W.Show(view.Head.KnownAt)));

    /// <summary>The lines of an account on the days that count.</summary>
    public Dictionary<string, string> LedgerOf(string account) =>
        Parts(("account", account), ("from", StatementForm.Number(View!.Head.Range.FromPeriod)), ("to", ToOf(View.Head.Range)), ("known", Known));

    /// <summary>A share that does not bind, in one line.</summary>
    public string Beside(RatioTest test)
    {
        string line = W["ratios.beside", RatioWords.Asked(test, W), test.Ratio is { } ratio ? RatioWords.Percent(ratio) : "-", test.State].Value;
        return RatioWords.Why(test, W) is { } why ? $"{line} · {why}" : line;
    }

    /// <summary>What a rule asks, briefly.</summary>
    public string SharesOf(LawRule rule) => string.Join(W["text.comma"].Value, rule.Tests.Select(test =>
        $"{NameOf(test.What)} {W[test.IsLeast ? "law.least-short" : "law.most-short", RatioWords.Percent(test.Share)].Value}"));

    private string NameOf(RatioFigure figure) => View!.Sums.Single(sum => sum.Figure == figure).Name.ToString();

    private static Dictionary<string, string> Parts(params IReadOnlyList<(string Name, string? Value)> parts) =>
        parts.Where(part => !string.IsNullOrEmpty(part.Value)).ToDictionary(part => part.Name, part => part.Value!);

    private string ToOf(LedgerRange range) => range.CutsLast ? W.Show(range.ToDay) : StatementForm.Number(range.ToPeriod);

    private Task Load() => Try(async () => View = await Session.Ask(Asked(), Ct));

    private LawRatios Asked() => new(
        StatementForm.Whole(Year), string.IsNullOrWhiteSpace(AsOf) ? null : DayText.Read(AsOf),
        StatementForm.Position(Known));
}
