using CommunityFund.Books;
using CommunityFund.Lots;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Lots;

/// <summary>Three pictures of the money, each with the table that says the same: where income came from, where it went through the
/// funds, and one fund's life.</summary>
public sealed class IndexModel : FundPage
{
    internal const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    [BindProperty(SupportsGet = true, Name = "")]
    public MoneyForm Form { get; set; } = new();

    public MoneyChoice? Choice { get; private set; }

    public InflowView? Inflow { get; private set; }

    public MoneyFlowView? Flow { get; private set; }

    /// <summary>Null unless a fund was chosen.</summary>
    public FundTimelineView? Life { get; private set; }

    public int Year { get; private set; }

    public Task OnGet() => Try(async () =>
    {
        var (from, to) = await Days();
        Inflow = await Session.Ask(new InflowBySource(from, to, Form.FundId, Form.WithBelow, Form.KnownAt), Ct);
        Flow = await Session.Ask(new MoneyFlow(from, to, Form.FundId, Form.WithBelow, Form.KnownAt), Ct);
        Life = Form.FundId is { } fund ? await Session.Ask(new FundTimeline(fund, from, to, Form.KnownAt), Ct) : null;
    });

    /// <summary>The tables of one picture to take away.</summary>
    public async Task<IActionResult> OnGetWorkbook(string? picture)
    {
        (byte[] File, string Name)? taken = null;
        bool done = await Try(async () =>
        {
            var (from, to) = await Days();
            if (picture == "flow")
            {
                MoneyFlowView flow = await Session.Download(new MoneyFlow(from, to, Form.FundId, Form.WithBelow, Form.KnownAt), Ct);
                taken = (MoneyWorkbook.Draw(flow, W), MoneyWorkbook.FileName(W["money.flow"], flow.Head));
                return;
            }

            InflowView inflow = await Session.Download(new InflowBySource(from, to, Form.FundId, Form.WithBelow, Form.KnownAt), Ct);
            taken = (MoneyWorkbook.Draw(inflow, W), MoneyWorkbook.FileName(W["money.inflow"], inflow.Head));
        });
        return done ? File(taken!.Value.File, Xlsx, taken.Value.Name) : Page();
    }

    internal static string DayType(string? day) => TypeOf(day);

    /// <summary>This address with something else in it.</summary>
    public Dictionary<string, string> Route(params IReadOnlyList<(string Name, string? Value)> other)
    {
        Dictionary<string, string> parts = [];
        foreach (var (name, value) in new[]
        {
            ("year", Form.Year), ("fund", Form.Fund), ("below", Form.Below), ("from", Form.From), ("to", Form.To), ("known", Form.Known),
        }.Concat(other).Where(part => !string.IsNullOrEmpty(part.Item2)))
        {
            parts[name] = value!;
        }

        return parts;
    }

    private async Task<(LocalDate? From, LocalDate? To)> Days()
    {
        Choice = await Session.Ask(new MoneyChoices(), Ct);
        Year = Choice.Year;
        var (from, to) = Form.Days(Choice);
        Year = from?.Year ?? Year;
        return (from, to);
    }
}
