using System.ComponentModel.DataAnnotations;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Web.Pages.Banking;

/// <summary>What becomes of a line, as the page asks for it: the fields of all kinds, of which one kind uses some.</summary>
public sealed class DisposalForm
{
    public DisposalKind Kind { get; set; }

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

    /// <summary>What an expense is for: the key of a class, or # and the number of a project.</summary>
    [StringLength(40)]
    public string? For { get; set; }

    private long? Project => For is ['#', ..] && long.TryParse(For.AsSpan(1), out long project) ? project : null;

    [StringLength(200)]
    public string? Narrative { get; set; }

    public string? Reason { get; set; }

    /// <summary>Only this much of the line; empty is all that is left.</summary>
    public string? Part { get; set; }

    /// <summary>Several lines are one voucher; else each is its own.</summary>
    public bool Together { get; set; }

    /// <summary>The own account at the other end, and its line.</summary>
    public string? Other { get; set; }

    public long? OtherLine { get; set; }

    public InterestKey By { get; set; }

    public string? From { get; set; }

    public string? Until { get; set; }

    public List<int> Restricted { get; set; } = [];

    public RefundCause Cause { get; set; }

    /// <summary>The original of a refund, entry and line: 12-1.</summary>
    public string? Original { get; set; }

    /// <summary>The voucher of the payment that the bank gave back.</summary>
    public long? Payment { get; set; }

    public SuspenseKind SuspenseKind { get; set; }

    [StringLength(200)]
    public string? Note { get; set; }

    /// <summary>The suspense item that goes back.</summary>
    public long? Item { get; set; }

    /// <summary>Fills what was not typed from a rule or from the words on the line.</summary>
    public void Suggest(BankLineView line, Proposal? proposed)
    {
        LineSuggestion words = line.Suggested;
        Fund ??= proposed?.Fund ?? words.Funds.FirstOrDefault()?.Fund.FundId
            ?? (Kind == DisposalKind.Fee ? line.Funds.FirstOrDefault(fund => fund.IsGeneral)?.FundId : null);
        PartyKind = Party is null ? words.PartyKind : PartyKind;
        Party ??= Kind == DisposalKind.Agency && line.Amount.IsPositive ? "" : words.Party;
        Narrative ??= proposed?.Narrative is { Length: > 0 } said ? said : words.Narrative;
        Account ??= proposed is { Kind: DisposalKind.Expense, Target.Length: > 0 } ? proposed.Target : words.ExpenseAccount;
        CashFlow ??= proposed is { CashFlow.Length: > 0 } ? proposed.CashFlow : words.Paid.Key;
        Restriction ??= proposed?.Restriction;
        Other ??= proposed is { Kind: DisposalKind.Transfer } ? proposed.Target : null;
        From ??= Iso(line.OccurredOn.PlusMonths(-3).PlusDays(1));
        Until ??= Iso(line.OccurredOn);
    }

    /// <summary>Runs the command of the kind for lines that are one voucher.</summary>
    /// <param name="lines">The first is the one whose page it is.</param>
    public Task<long> Run(FundSession session, Guid key, IReadOnlyList<BankLineView> lines, Amount? part,
        (LocalDate From, LocalDate Until) days,
        LocalDate? on, IReadOnlyList<Enclosure> documents, CancellationToken ct)
    {
        BankLineView line = lines[0];
        BankRest rest = new([.. lines.Select(one => one.BankLineId)], part);
        string narrative = Narrative ?? "";
        long[] more = [.. lines.Skip(1).Select(one => one.BankLineId)];
        Amount left = lines.Aggregate(Amount.Fen(0), (sum, one) => sum + one.Rest);
        Amount amount = part ?? (left.IsNegative ? -left : left);
        LocalDate day = lines.Max(one => one.OccurredOn);
        FundChoice? fund = line.Funds.FirstOrDefault(one => one.FundId == Fund);
        Restriction restriction = Restriction ?? fund?.DefaultRestriction ?? Ledger.Restriction.Unrestricted;
        (long entry, short row) = Split(Original);
        return Kind switch
        {
            DisposalKind.Gift => session.Run(new RecordDonation(
                key, Fund ?? 0, Party ?? "", PartyKind, amount, day, line.AccountKey, restriction, Clause ?? "", narrative,
                    line.BankLineId, on,
                documents, Clauses, part is not null, more), ct),
            DisposalKind.Expense => session.Run(new RecordExpense(
                key, Fund ?? 0, line.Chart.Find(Account ?? "")?.Account.Key ?? "", amount, day, line.AccountKey, restriction,
                    CashFlow ?? "",
                Party ?? "", PartyKind, narrative, line.BankLineId, on, documents, part is not null, more,
                Project is null ? For : null, Project), ct),
            DisposalKind.Transfer =>
                session.Run(new RecordTransfer(key, rest, Other ?? "", narrative, OtherLine, on, documents), ct),
            DisposalKind.Fee => session.Run(new RecordFee(key, rest, Fund ?? 0, narrative, on, documents), ct),
            DisposalKind.Interest =>
                session.Run(new RecordInterest(key, rest, By, days.From, days.Until, narrative, Restricted, on, documents), ct),
            DisposalKind.Refund => session.Run(new RecordRefund(key, rest, entry, row, Cause, narrative, on, documents), ct),
            DisposalKind.Returned =>
                session.Run(new RecordReturnedPayment(key, rest, Payment ?? 0, narrative, on, documents), ct),
            DisposalKind.Agency =>
                session.Run(new RecordAgencyMoney(key, rest, Party ?? "", PartyKind, narrative, on, documents), ct),
            DisposalKind.Suspense =>
                session.Run(new RecordSuspense(key, rest, SuspenseKind, Note ?? "", narrative, on, documents), ct),
            _ => session.Run(new ReturnSuspense(key, rest, Item ?? 0, narrative, on, documents), ct),
        };
    }

    /// <summary>Kinds that a line of this way may become.</summary>
    public static IReadOnlyList<DisposalKind> KindsFor(bool isIn) => isIn
        ? [DisposalKind.Gift, DisposalKind.Interest, DisposalKind.Refund, DisposalKind.Returned, DisposalKind.Transfer,
            DisposalKind.Agency, DisposalKind.Suspense, DisposalKind.Fee]
        : [DisposalKind.Expense, DisposalKind.Fee, DisposalKind.Transfer, DisposalKind.Refund, DisposalKind.Agency,
            DisposalKind.Return];

    /// <summary>Whether a proposal says all that its kind asks for, so that it can be accepted as it stands.</summary>
    public static bool IsWhole(Proposal proposed) => proposed.Narrative.Length > 0 && proposed.Kind switch
    {
        DisposalKind.Gift or DisposalKind.Fee => proposed.Fund is not null,
        DisposalKind.Expense => proposed is { Fund: not null, Rule: not null, Target.Length: > 0, CashFlow.Length: > 0 },
        DisposalKind.Transfer => proposed.Target.Length > 0,
        DisposalKind.Suspense => true,
        _ => false,
    };

    private static (long Entry, short Line) Split(string? original) =>
        original?.Split('-') is [var entry, var line] && long.TryParse(entry, out long no)
            && short.TryParse(line, out short at) ? (no, at) : (0, 0);

    private static string Iso(LocalDate day) => NodaTime.Text.LocalDatePattern.Iso.Format(day);
}
