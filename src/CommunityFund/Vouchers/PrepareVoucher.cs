using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Vouchers;

/// <summary>One line as a person wrote it in the grid. A negative amount is red ink.</summary>
/// <param name="Account">Key of the account.</param>
/// <param name="Restriction">Null takes the fund's own default where the account asks for one.</param>
/// <param name="CashFlow">Key of the item; null lets the other lines tell where they can.</param>
/// <param name="Movement">On net-asset accounts, why they move; ordinary everywhere else.</param>
public sealed record VoucherRow(
    string Account, int Fund, Side Side, Amount Amount, Restriction? Restriction = null, string? CashFlow = null,
    MovementKind Movement = MovementKind.Ordinary, long? Counterparty = null,
    [property: Personal] string? Narrative = null);

/// <summary>制单: an accountant writes a voucher by hand; it waits until another person has reviewed it.</summary>
public sealed record PrepareVoucher(Guid Key, LocalDate OccurredOn, [property: Personal] string Narrative, IReadOnlyList<VoucherRow> Rows)
    : Command<long>(Key)
{
    /// <summary>限定 or 非限定 stands on a line whose account does not ask for it.</summary>
    public const string RestrictionMisplaced = "voucher.restriction-misplaced";

    /// <summary>There is no cash-flow item of that name, or the item is not for writing by hand.</summary>
    public const string UnknownCashFlow = "voucher.unknown-cash-flow";

    /// <summary>A reason to move net assets on another account, or one that only closing, opening or change-over may
    /// give.</summary>
    public const string MovementByHand = "voucher.movement-by-hand";

    /// <summary>What one fund hands on as restricted or unrestricted net assets, others must receive as the same.</summary>
    public const string TransferNotZero = "voucher.transfer-not-zero";

    /// <summary>Why a person may move net assets by hand.</summary>
    public static IReadOnlyList<MovementKind> MovementsByHand { get; } =
        [MovementKind.Release, MovementKind.ReRestrict, MovementKind.Transfer, MovementKind.PriorYear,
            MovementKind.RegisteredCapital];

    /// <summary>Items a person may choose: all but the opening's.</summary>
    public static IReadOnlyList<CashFlow> CashFlowsByHand { get; } =
        [.. Ledger.CashFlow.All.Where(item => item != Ledger.CashFlow.Opening)];

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(Role.Accountant).For(Rows.Select(row => row.Fund)));

    internal override async Task<long> Apply(Work work, CancellationToken ct) =>
        await work.Prepare(new Draft(await Entry(work, ct)), ct);

    private async Task<JournalEntry> Entry(Work work, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(OccurredOn, ct);
        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        EntryDraft draft = JournalEntry.On(OccurredOn, Narrative);
        int line = 0;
        foreach (VoucherRow row in Rows)
        {
            line++;
            ChartAccount account = WrittenLine.Account(chart, row.Account, line);
            Fund fund = WrittenLine.Fund(funds, row.Fund, account, line);
            WrittenLine.NotZero(row.Amount, line);
            Write(draft, account.Account, fund.Code, row, new Tags(
                Restriction: RestrictionOf(row, account, fund, line),
                CashFlow: CashFlowOf(row, account, chart, line),
                Movement: MovementOf(row, account, line),
                Counterparty: row.Counterparty,
                Narrative: string.IsNullOrWhiteSpace(row.Narrative) ? null : row.Narrative));
        }

        CheckTransfers();
        return draft.Balanced();
    }

    private static void Write(EntryDraft draft, Account account, string fund, VoucherRow row, Tags tags)
    {
        Amount size = row.Amount.IsNegative ? -row.Amount : row.Amount;
        _ = (row.Side, row.Amount.IsNegative) switch
        {
            (Side.Debit, false) => draft.Debit(account, fund, size, tags),
            (Side.Credit, false) => draft.Credit(account, fund, size, tags),
            (Side.Debit, true) => draft.RedDebit(account, fund, size, tags),
            _ => draft.RedCredit(account, fund, size, tags),
        };
    }

    private static Restriction? RestrictionOf(VoucherRow row, ChartAccount account, Fund fund, int line) => account.Account switch
    {
        { NeedsRestriction: false } when row.Restriction is not null =>
            throw new RefusedException(RestrictionMisplaced, ("account", account.Name), ("line", line)),
        { NeedsRestriction: false } => null,
        { Key: Account.Keys.UnrestrictedNetAssets } => row.Restriction ?? Ledger.Restriction.Unrestricted,
        { Key: Account.Keys.RestrictedNetAssets } => row.Restriction ?? Ledger.Restriction.Restricted,
        _ => row.Restriction ?? fund.DefaultRestriction,
    };

    /// <summary>What was chosen; left open, own cash asks the other lines, and the kernel refuses where they do not
    /// tell.</summary>
    private CashFlow? CashFlowOf(VoucherRow row, ChartAccount account, Chart chart, int line)
    {
        if (!string.IsNullOrEmpty(row.CashFlow))
        {
            return CashFlowsByHand.FirstOrDefault(item => item.Key == row.CashFlow)
                ?? throw new RefusedException(UnknownCashFlow, ("typed", row.CashFlow), ("line", line));
        }

        return account.Account.Role == AccountRole.OwnCash ? CashFlowGuess.For(row, Rows, chart) : null;
    }

    private static MovementKind MovementOf(VoucherRow row, ChartAccount account, int line) =>
        row.Movement == MovementKind.Ordinary
            || (account.Account.Class == AccountClass.NetAssets && MovementsByHand.Contains(row.Movement))
            ? row.Movement
            : throw new RefusedException(MovementByHand, ("movement", row.Movement), ("account", account.Name), ("line", line));

    private void CheckTransfers()
    {
        foreach (var group in Rows.Where(row => row.Movement == MovementKind.Transfer).GroupBy(row => row.Account))
        {
            Amount sum = group.Aggregate(
                Amount.Zero(Commodity.Cny), (sum, row) => row.Side == Side.Debit ? sum + row.Amount : sum - row.Amount);
            if (!sum.IsZero)
            {
                throw new RefusedException(TransferNotZero, ("difference", sum));
            }
        }
    }
}
