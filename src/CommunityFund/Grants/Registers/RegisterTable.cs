using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Grants.Endings;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Registers;

/// <summary>Where a cell leads.</summary>
public enum RegisterTarget
{
    Grant,
    Voucher,
    Fund,

    /// <summary>The advances of a person.</summary>
    Person,

    /// <summary>The advances of a project.</summary>
    Project,
}

/// <summary>A cell as page and sheet draw it.</summary>
/// <param name="Note">A second line; a sheet has columns of its own instead.</param>
/// <param name="Badge">How strongly it is drawn: wait, late, done, over, kind; null for plain text.</param>
public sealed record GrantCell(
    string Text = "", Amount? Amount = null, (RegisterTarget Kind, long Id)? To = null, string Note = "", string? Badge = null);

/// <summary>A column.</summary>
/// <param name="Width">On the sheet, in characters.</param>
/// <param name="SheetOnly">Whether the page says it otherwise.</param>
public sealed record GrantColumn(string Head, int Width, bool IsMoney = false, bool SheetOnly = false, bool IsCount = false);

/// <summary>A register as rows and columns: the page, the sheet and the tests read the same.</summary>
/// <param name="Totals">By column; null where there is none.</param>
public sealed record RegisterTable(
    string Title, IReadOnlyList<GrantColumn> Columns, IReadOnlyList<IReadOnlyList<GrantCell>> Rows, IReadOnlyList<Amount?> Totals)
{
    /// <summary>Whether the rows add up to the total: an advance stands in the rows of two people and is summed once.</summary>
    internal bool AddsUp(int column) => Totals[column] is { } total
        && Rows.Aggregate(Amount.Fen(0), (sum, row) => sum + (row[column].Amount ?? Amount.Fen(0))).Units == total.Units;

    public static RegisterTable Of(GrantRegisterView view, Words words) => new(words["grantreg.grants"],
        [
            new(words["grantreg.project"], 26), new(words["grantreg.number"], 16, SheetOnly: true),
            new(words["grantreg.lead"], 12, SheetOnly: true),
            new(words["grantreg.fin-lead"], 12, SheetOnly: true), new(words["grantreg.round"], 20, SheetOnly: true),
            new(words["grantreg.funds"], 24, SheetOnly: true), new(words["grantreg.state"], 10), Money(words, "awarded"),
            Money(words, "cancelled"), Money(words, "paid"),
            Money(words, "acquitted"), Money(words, "returned"), Money(words, "demanded"), Money(words, "recovered", sheet: true),
            Money(words, "written-off", sheet: true),
            Money(words, "promised"), Money(words, "advance"), Money(words, "claim", sheet: true),
            new(words["grantreg.voucher"], 10, SheetOnly: true),
        ],
        [
            .. view.Rows.Select(row => (IReadOnlyList<GrantCell>)
            [
                new(row.Title, To: (RegisterTarget.Grant, row.Grant),
                    Note: string.Join(" · ", new[] { row.Number, row.Lead }.Concat(row.Funds).Where(part => part.Length > 0))),
                new(row.Number), new(row.Lead), new(row.FinLead), new(row.Round), new(string.Join(words["text.comma"], row.Funds)),
                new(words.Show(row.State), Badge: BadgeOf(row.State)), .. Cells(row.Figures),
                new(row.Voucher is { } voucher ? Digits(voucher) : "", To: row.Voucher is { } id ? (RegisterTarget.Voucher, id) : null),
            ]),
        ],
        [null, null, null, null, null, null, null, .. Cells(view.Sums).Select(cell => cell.Amount), null]);

    /// <summary>Who holds a tranche; a suspended grant does so without anybody.</summary>
    private static string Holder(Words words, GrantMover? by) => by switch
    {
        null => "",
        GrantMover.Voucher => words["grantreg.with-grant"].Value,
        { } mover => words.Show(mover),
    };

    private static string Supplier(Words words, TrancheRegisterRow row) =>
        row.Supplier.Length > 0 ? row.Supplier : words["grantreg.supplier-open"];

    public static RegisterTable Of(TrancheRegisterView view, Words words) => new(words["grantreg.tranches"],
        [
            new(words["grantreg.project"], 26), new(words["grantreg.number"], 16, SheetOnly: true), new(words["grantreg.tranche"], 8),
            new(words["grantreg.state"], 12), new(words["grantreg.earliest"], 12, SheetOnly: true), new(words["grantreg.due"], 12),
            new(words["grantreg.paid-on"], 12), new(words["grantreg.supplier"], 24, SheetOnly: true),
            Money(words, "planned"), Money(words, "cancelled", sheet: true),
            Money(words, "paid"), Money(words, "acquitted"), Money(words, "returned"),
            Money(words, "carried", sheet: true), Money(words, "demanded", sheet: true), Money(words, "promised", sheet: true),
            Money(words, "advance"), new(words["grantreg.voucher"], 10),
        ],
        [
            .. view.Rows.Select(row => (IReadOnlyList<GrantCell>)
            [
                new(row.Title, To: (RegisterTarget.Grant, row.Grant), Note: row.Number), new(row.Number), new(words["grantreg.no", row.No]),
                new(words.Show(row.State), Note: Holder(words, row.HeldBy), Badge: BadgeOf(row.State)),
                new(words.Show(row.EarliestOn)), new(words.Show(row.ReportDueOn)),
                new(row.PaidOn is { } paid ? words.Show(paid) : "", Note: row.IsPurchase ? words["grantreg.to-supplier", Supplier(words, row)] : ""),
                new(row.IsPurchase ? Supplier(words, row) : ""),
                new(Amount: row.Planned), new(Amount: row.Cancelled), new(Amount: row.Paid), new(Amount: row.Acquitted),
                new(Amount: row.Returned),
                new(Amount: row.Carried), new(Amount: row.Demanded), new(Amount: row.Promised),
                new(Amount: row.Advance), VoucherCell(row.Voucher, words),
            ]),
        ],
        [
            null, null, null, null, null, null, null, null, view.Sums.Planned, view.Sums.Cancelled, view.Sums.Paid, view.Sums.Acquitted,
            view.Sums.Returned, view.Sums.Carried, view.Sums.Demanded, view.Sums.Promised, view.Sums.Advance, null,
        ]);

    /// <param name="age">The age that alone is shown, so that the sum is of it.</param>
    public static RegisterTable Of(AdvanceRegisterView view, AdvanceAge? age, Words words) => new(words["grantreg.advances"],
        [
            new(words["grantreg.project"], 26), new(words["grantreg.number"], 16, SheetOnly: true), new(words["grantreg.tranche"], 8),
            new(words["grantreg.lead"], 14), new(words["grantreg.fin-lead"], 14), new(words["grantreg.state"], 12),
            new(words["grantreg.paid-on"], 12),
            new(words["grantreg.due"], 12), new(words["grantreg.late"], 14),
            new(words["grantreg.days-late"], 10, SheetOnly: true, IsCount: true),
            Money(words, "advance"), new(words["grantreg.voucher"], 10),
        ],
        [
            .. view.Rows.Select(row => (IReadOnlyList<GrantCell>)
            [
                new(row.Title, To: (RegisterTarget.Grant, row.Grant), Note: row.Number), new(row.Number), new(words["grantreg.no", row.No]),
                new(row.Lead, To: (RegisterTarget.Person, row.LeadId)),
                new(row.FinLead, To: row.FinLeadId is { } fin ? (RegisterTarget.Person, fin) : null),
                new(words.Show(row.State), Badge: BadgeOf(row.State)), new(row.PaidOn is { } paid ? words.Show(paid) : ""),
                new(words.Show(row.DueOn)),
                new(words.Show(row.Age), Note: row.Late > 0 ? words["grantreg.late-by", row.Late] : "", Badge: BadgeOf(row.Age)),
                new(Digits(Math.Max(0, row.Late))), new(Amount: row.Amount), VoucherCell(row.Voucher, words),
            ]),
        ],
        [null, null, null, null, null, null, null, null, null, null, age is { } only ? view.Sums.Each[(int)only] : view.Sums.All, null]);

    public static RegisterTable Of(AdvanceAgeingView view, Words words) => new(
        words[view.By == AgeingBy.Person ? "grantreg.ageing-person" : "grantreg.ageing-project"],
        [
            new(words[view.By == AgeingBy.Person ? "grantreg.person" : "grantreg.project"], 26),
            .. Enum.GetValues<AdvanceAge>().Select(age => new GrantColumn(words.Show(age), 15, IsMoney: true)), Money(words, "all"),
            new(words["grantreg.count"], 8, IsCount: true), new(words["grantreg.oldest"], 10, IsCount: true),
            new(words["grantreg.held"], 10, IsCount: true),
        ],
        [
            .. view.Rows.Select(row => (IReadOnlyList<GrantCell>)
            [
                new(row.Name, To: (view.By == AgeingBy.Person ? RegisterTarget.Person : RegisterTarget.Project, row.Id), Note: row.Number),
                .. row.Figures.Each.Select(each => new GrantCell(Amount: each)), new(Amount: row.Figures.All),
                new(Digits(row.Figures.Count)),
                new(Digits(Math.Max(0, row.Oldest))), new(Digits(row.Held)),
            ]),
        ],
        [null, .. view.Sums.Each, view.Sums.All, null, null, null]);

    public static RegisterTable Of(CommitmentRegisterView view, Words words) => new(words["grantreg.commitments"],
        [
            new(words["grantreg.fund"], 26), new(words["grantreg.open-grants"], 10, IsCount: true), Money(words, "awarded"),
            Money(words, "cancelled"), Money(words, "paid"),
            Money(words, "promised"), Money(words, "ledger"), Money(words, "difference"),
        ],
        [
            .. view.Rows.Select(row => (IReadOnlyList<GrantCell>)
            [
                new(row.Fund, To: (RegisterTarget.Fund, row.FundId)), new(Digits(row.Grants)), new(Amount: row.Awarded),
                new(Amount: row.Cancelled),
                new(Amount: row.Paid), new(Amount: row.Open), new(Amount: row.Ledger), new(Amount: row.Difference),
            ]),
        ],
        [null, null, view.Sums.Awarded, view.Sums.Cancelled, view.Sums.Paid, view.Sums.Open, view.Sums.Ledger, view.Sums.Difference]);

    public static RegisterTable Of(ExceptionRegisterView view, Words words) => new(words["grantreg.exceptions"],
        [
            new(words["grantreg.kind"], 16), new(words["grantreg.project"], 26), new(words["grantreg.number"], 16, SheetOnly: true),
            new(words["grantreg.tranche"], 8), new(words["grantreg.since"], 12), new(words["grantreg.by"], 18),
            new(words["grantreg.what"], 34),
            Money(words, "amount"), new(words["grantreg.voucher"], 10),
        ],
        [
            .. view.Rows.Select(row => (IReadOnlyList<GrantCell>)
            [
                new(words.Show(row.Kind), Badge: row.Recovery == LateRecoveryState.Came ? "done"
                    : row.Kind is GrantException.HeldTranche or GrantException.LateRecovery ? "wait" : "late"),
                new(row.Title, To: (RegisterTarget.Grant, row.Grant), Note: row.Number), new(row.Number),
                new(row.No is { } no ? words["grantreg.no", no] : ""), new(words.Show(row.Day)),
                new(row.By.Length > 0 ? row.By : Mover(words, row), Note: row.By.Length > 0 ? Mover(words, row) : ""),
                new(What(row, words), Note: row.Reason), new(Amount: row.Amount), VoucherCell(row.Voucher, words),
            ]),
        ],
        [null, null, null, null, null, null, null, null, null]);

    private static GrantColumn Money(Words words, string key, bool sheet = false) =>
        new(words[$"grantreg.{key}"], 15, IsMoney: true, SheetOnly: sheet);

    private static GrantCell VoucherCell(long? voucher, Words words) => voucher is { } id
        ? new(words["grantreg.voucher-no", id], To: (RegisterTarget.Voucher, id)) : new();

    private static IEnumerable<GrantCell> Cells(GrantFigures figures) => new[]
    {
        figures.Awarded, figures.Cancelled, figures.Paid, figures.Acquitted, figures.Returned, figures.Demanded, figures.Recovered,
        figures.WrittenOff, figures.Promised, figures.Advance, figures.Claim,
    }.Select(amount => new GrantCell(Amount: amount));

    /// <summary>As what somebody acted; a hold that no voucher, but the suspension of its grant brought, says so.</summary>
    private static string Mover(Words words, ExceptionRow row) => row.Mover is null ? ""
        : row.Step is TrancheMove.HoldWithGrant ? words["grantreg.with-grant"] : words.Show(row.Mover);

    private static string What(ExceptionRow row, Words words) => row switch
    {
        { Late: { } late } => words["grantreg.late-by", late],
        { Hand: { } hand, Before: { } before } => words["grantreg.both", words.Show(before), words.Show(hand)],
        { Recovery: { } recovery } => words.Show(recovery),
        { Kind: GrantException.OverLine } => words[row.Waits ? "grantreg.over-waits" : "grantreg.over-accepted"],
        { Other: { } other, Step: { } step } => words["grantreg.both", words.Show(other), words.Show(step)],
        { Step: { } step } => words.Show(step),
        { Move: { } move } => words.Show(move),
        _ => "",
    };

    /// <summary>How strongly a state of a grant is drawn, wherever it is shown.</summary>
    public static string BadgeOf(GrantState state) => state switch
    {
        GrantState.Active => "done",
        GrantState.Suspended or GrantState.Recovering or GrantState.Terminated => "late",
        GrantState.Closing or GrantState.Awarded => "wait",
        _ => "over",
    };

    /// <summary>How strongly a state of a tranche is drawn.</summary>
    public static string BadgeOf(TrancheState state) => state switch
    {
        TrancheState.Settled => "done",
        TrancheState.Held or TrancheState.PaymentFailed or TrancheState.ClawedBack or TrancheState.Declined => "late",
        TrancheState.Cancelled or TrancheState.Expired or TrancheState.Planned => "over",
        TrancheState.Paid or TrancheState.AwaitingAcquittal or TrancheState.PartlyAcquitted
            or TrancheState.AcquittalSubmitted => "due",
        _ => "wait",
    };

    private static string BadgeOf(AdvanceAge age) => age switch
    {
        AdvanceAge.NotDue => "over",
        AdvanceAge.To30 or AdvanceAge.To60 => "wait",
        _ => "late",
    };

    private static string Digits(long number) => number.ToString(CultureInfo.InvariantCulture);
}
