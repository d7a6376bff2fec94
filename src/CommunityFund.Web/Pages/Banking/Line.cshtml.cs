using System.ComponentModel.DataAnnotations;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Ledger;
using CommunityFund.Web.Pages.Documents;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Banking;

/// <summary>One bank line: what it is, and what becomes of it. Day, amount and account are the line's own, never typed.</summary>
[RequestSizeLimit(EnclosedForm.LargestRequest), RequestFormLimits(MultipartBodyLengthLimit = EnclosedForm.LargestRequest)]
public sealed class LineModel : FundPage
{
    [BindProperty]
    public EnclosedForm Enclosed { get; set; } = new();

    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public LineForm Form { get; set; } = new();

    /// <summary>The open day offered to a late line, once it is taken; the line keeps its own.</summary>
    [BindProperty]
    public string? BookOn { get; set; }

    public BankLineView? Line { get; private set; }

    /// <summary>Whether the person may decide, and nothing stands on the line yet.</summary>
    public bool MayBook { get; private set; }

    public bool MayRestore { get; private set; }

    /// <summary>Whether the refusal speaks of the reason and so stands beside it.</summary>
    public bool IsReason => Refusal?.Code == UndecidedLine.ReasonMissing;

    /// <summary>Whether the person goes from line to line.</summary>
    public bool IsKeeper { get; private set; }

    private LocalDate? Taken => LocalDatePattern.Iso.Parse(BookOn ?? "") is { Success: true } day ? day.Value : null;

    public async Task OnGetAsync()
    {
        await Show();
        Suggest();
    }

    public Task<IActionResult> OnPostDonationAsync() => Book((line, fund, restriction) => Session.Run(
        new RecordDonation(FormKey, fund, Form.Party ?? "", Form.PartyKind, line.Amount, line.OccurredOn, line.AccountKey,
            restriction,
            Form.Clause ?? "", Form.Narrative ?? "", line.BankLineId, Taken,
            Enclosed.Enclosures, Form.Clauses), Ct));

    public Task<IActionResult> OnPostExpenseAsync() => Book((line, fund, restriction) => Session.Run(
        new RecordExpense(FormKey, fund, line.Chart.Find(Form.Account ?? "")?.Account.Key ?? "", -line.Amount, line.OccurredOn,
            line.AccountKey,
            restriction, Form.CashFlow ?? "", Form.Party ?? "", Form.PartyKind, Form.Narrative ?? "", line.BankLineId,
            Taken, Enclosed.Enclosures), Ct));

    public Task<IActionResult> OnPostHoldAsync() =>
        Decide("line.held", () => Session.Run(new HoldBankLine(FormKey, Id, Form.Reason ?? ""), Ct));

    public Task<IActionResult> OnPostIgnoreAsync() =>
        Decide("line.ignored", () => Session.Run(new IgnoreBankLine(FormKey, Id, Form.Reason ?? ""), Ct));

    public async Task<IActionResult> OnPostRestoreAsync()
    {
        if (await Try(() => Session.Run(new RestoreBankLine(FormKey, Id), Ct)))
        {
            Said = W["line.restored"];
            return RedirectToPage(new { Id });
        }

        await Show();
        return Page();
    }

    private async Task<IActionResult> Book(Func<BankLineView, int, Restriction, Task<long>> record)
    {
        await Show();
        if (Line is not { } line)
        {
            return Page();
        }

        bool received = await Try(() => Enclosed.Receive(Session, FormKey, ModelState, W, Ct));
        FundChoice? fund = line.Funds.FirstOrDefault(fund => fund.FundId == Form.Fund);
        if (fund is null)
        {
            ModelState.AddModelError("Form.Fund", W["line.choose-fund"]);
        }

        if (!received || !ModelState.IsValid || fund is null)
        {
            Unprocessable();
            return Page();
        }

        if (await Try(() => record(line, fund.FundId, Form.Restriction ?? fund.DefaultRestriction)))
        {
            return Next("line.booked", line);
        }

        // After a refusal the line may stand elsewhere: somebody else was quicker.
        await Show();
        return Page();
    }

    private async Task<IActionResult> Decide(string said, Func<Task> command)
    {
        await Show();
        ModelState.Clear();
        if (Line is { } line && await Try(command))
        {
            return Next(said, line);
        }

        if (IsReason)
        {
            ModelState.AddModelError("Form.Reason", W.Of(Refusal!));
        }

        // After a refusal the line may stand elsewhere: somebody else was quicker.
        await Show();
        Suggest();
        return Page();
    }

    /// <summary>Fills what was not typed; the two forms of the page do not post each other's fields.</summary>
    private void Suggest()
    {
        if (Line?.Suggested is not { } suggested)
        {
            return;
        }

        Form.Fund ??= suggested.Funds.FirstOrDefault()?.Fund.FundId;
        Form.PartyKind = Form.Party is null ? suggested.PartyKind : Form.PartyKind;
        Form.Party ??= suggested.Party;
        Form.Narrative ??= suggested.Narrative;
        Form.Account ??= suggested.ExpenseAccount;
        Form.CashFlow ??= suggested.Paid.Key;
    }

    private IActionResult Next(string said, BankLineView done)
    {
        Said = done.Next is null ? W["line.last"] : W[said, done.Left];
        return done.Next is { } next ? RedirectToPage(new { Id = next }) : RedirectToPage("Index");
    }

    private async Task Show()
    {
        await Try(async () => Line = await Session.Ask(new BankLinePage(Id), Ct));
        IsKeeper = (await WhoAmI()).Is(Role.Accountant);
        bool decides = Line is { IsBeforeOpening: false } && IsKeeper;
        MayBook = decides && Line is { Stage: LineStage.ToDo or LineStage.Held };
        MayRestore = decides && Line is { Stage: LineStage.Held or LineStage.Ignored };
    }

    public sealed class LineForm
    {
        public int? Fund { get; set; }

        [StringLength(100)]
        public string? Party { get; set; }

        public PersonKind PartyKind { get; set; }

        /// <summary>Null takes the fund's own.</summary>
        public Restriction? Restriction { get; set; }

        [StringLength(500)]
        public string? Clause { get; set; }

        /// <summary>Clauses that bind only gifts that name them.</summary>
        public List<long> Clauses { get; set; } = [];

        public string? Account { get; set; }

        public string? CashFlow { get; set; }

        [StringLength(200)]
        public string? Narrative { get; set; }

        public string? Reason { get; set; }
    }
}
