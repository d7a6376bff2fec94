using CommunityFund.Books;
using CommunityFund.Grants.Amendments;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Amendments;

/// <summary>A line as typed.</summary>
public sealed class TypedLine
{
    public short No { get; set; }

    public string? What { get; set; }

    public string? Amount { get; set; }
}

/// <summary>A tranche as typed.</summary>
public sealed class TypedTranche
{
    public short No { get; set; }

    public string? Amount { get; set; }

    public string? EarliestOn { get; set; }

    public string? ReportDueOn { get; set; }

    public string? Condition { get; set; }

    public bool IsEmpty => No == 0 && string.IsNullOrWhiteSpace(Amount) && string.IsNullOrWhiteSpace(Condition);
}

/// <summary>The form of an amendment, one kind at a time, on a phone.</summary>
public sealed class RequestModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public AmendmentKind Kind { get; set; }

    [BindProperty]
    public int Version { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public string? EndsOn { get; set; }

    [BindProperty]
    public long? Lead { get; set; }

    [BindProperty]
    public long? FinLead { get; set; }

    [BindProperty]
    public List<TypedLine> Lines { get; set; } = [];

    [BindProperty]
    public List<TypedTranche> Tranches { get; set; } = [];

    public AmendmentView? View { get; private set; }

    public string LineName(short no) => View?.Lines.FirstOrDefault(line => line.No == no)?.What ?? "";

    public Amount LineNow(short no) => View?.Lines.FirstOrDefault(line => line.No == no)?.Amount ?? Amount.Fen(0);

    public async Task OnGetAsync()
    {
        await Load();
        if (View is not { } view)
        {
            return;
        }

        (Version, EndsOn, Lead, FinLead) = (view.Grant.StateVersion, Iso(view.Term.EndsOn), view.Lead.Person, view.FinLead.Person);
        Lines = [.. view.Lines.Select(line => new TypedLine { No = line.No, Amount = Figures.Of(line.Amount) }), new TypedLine()];
        Tranches = [.. view.Tranches.Where(row => view.OpenTranches.Contains(row.No) || Kind == AmendmentKind.Extend).Select(row => new TypedTranche
        {
            No = row.No,
            Amount = Figures.Of(row.Amount),
            EarliestOn = Iso(row.EarliestOn),
            ReportDueOn = Iso(row.ReportDueOn),
        })];
        if (Kind == AmendmentKind.AmountUp)
        {
            Tranches.Add(new TypedTranche());
        }
    }

    public async Task<IActionResult> OnPostAsync()
    {
        bool hasTranches = Kind is AmendmentKind.Extend or AmendmentKind.AmountUp or AmendmentKind.AmountDown;
        AmendedLine[] lines = Kind is AmendmentKind.Extend or AmendmentKind.Team ? []
            : [.. Lines.Select((row, at) => (row, at)).Where(each => each.row.No > 0 || !string.IsNullOrWhiteSpace(each.row.What))
                .Select(each => new AmendedLine(each.row.No, each.row.What ?? "", AnyMoney($"Lines[{each.at}].Amount", each.row.Amount)))];
        AmendedTranche[] tranches = !hasTranches ? [] : [.. Tranches.Select((row, at) => (row, at)).Where(each => !each.row.IsEmpty).Select(each =>
            new AmendedTranche(each.row.No, AnyMoney($"Tranches[{each.at}].Amount", each.row.Amount),
                Days(each.row) ? Day($"Tranches[{each.at}].EarliestOn", each.row.EarliestOn) : default,
                Days(each.row) ? Day($"Tranches[{each.at}].ReportDueOn", each.row.ReportDueOn) : default, each.row.Condition ?? ""))];
        LocalDate? ends = Kind == AmendmentKind.Extend ? Day(nameof(EndsOn), EndsOn) : null;
        AmendmentAsked? asked = null;
        if (ModelState.IsValid && await Try(async () => asked = await Session.Run(new RequestAmendment(FormKey, Id, Version, Kind, Reason ?? "",
            lines, tranches, ends, Kind == AmendmentKind.Team ? Lead : null, Kind == AmendmentKind.Team ? FinLead : null), Ct)))
        {
            Said = W[asked!.InForce ? "amend.said-at-once" : "amend.said-asked"];
            return RedirectToPage("Show", new { id = Id });
        }

        Refusal? refusal = Refusal;
        Unprocessable();
        await Load();
        Refusal = refusal ?? Refusal;
        return Page();

        bool Days(TypedTranche row) => Kind == AmendmentKind.Extend || row.No == 0;
    }

    private static string Iso(LocalDate day) => LocalDatePattern.Iso.Format(day);

    private Task Load() => Try(async () => View = await Session.Ask(new AmendmentPage(Id), Ct));
}
