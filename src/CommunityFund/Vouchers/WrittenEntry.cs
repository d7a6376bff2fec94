using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Vouchers;

/// <summary>The entry that a person wrote line by line in the grid: a voucher by hand, or one that puts another right.</summary>
public static class WrittenEntry
{
    /// <summary>限定 or 非限定 stands on a line whose account does not ask for it.</summary>
    public const string RestrictionMisplaced = "voucher.restriction-misplaced";

    /// <summary>There is no cash-flow item of that name, or the item is not for writing by hand.</summary>
    public const string UnknownCashFlow = "voucher.unknown-cash-flow";

    /// <summary>A reason to move net assets on another account, or one that only closing, opening or change-over may
    /// give.</summary>
    public const string MovementByHand = "voucher.movement-by-hand";

    /// <summary>Money between funds is signed for both sides first; its voucher is not written by hand.</summary>
    public const string TransferByHand = "voucher.transfer-by-hand";

    /// <summary>There is no class of project of that name, or it stands on an account that has none.</summary>
    public const string ProjectClassMisplaced = "voucher.project-class-misplaced";

    /// <summary>Why a person may move net assets by hand.</summary>
    public static IReadOnlyList<MovementKind> MovementsByHand { get; } =
        [MovementKind.Release, MovementKind.ReRestrict, MovementKind.PriorYear,
            MovementKind.RegisteredCapital];

    /// <summary>Items a person may choose: all but the opening's.</summary>
    public static IReadOnlyList<CashFlow> CashFlowsByHand { get; } =
        [.. CashFlow.All.Where(item => item != CashFlow.Opening)];

    /// <param name="origin">Lines of the voucher that is put right; rows that say which of them they were keep its
    /// counterparty, project, document and clause.</param>
    /// <param name="netAssets">Why net assets move where a row leaves it open.</param>
    internal static async Task<JournalEntry> Of(Work work, LocalDate on, string narrative, IReadOnlyList<VoucherRow> rows,
        CancellationToken ct, IReadOnlyList<VoucherLine>? origin = null, MovementKind netAssets = MovementKind.Ordinary)
    {
        Chart chart = await work.ChartOn(on, ct);
        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        EntryDraft draft = JournalEntry.On(on, narrative);
        int line = 0;
        foreach (VoucherRow row in rows)
        {
            line++;
            ChartAccount account = WrittenLine.Account(chart, row.Account, line);
            Fund fund = WrittenLine.Fund(funds, row.Fund, account, line);
            WrittenLine.NotZero(row.Amount, line);
            Restriction? restriction = RestrictionOf(row, account, fund, line);
            Tags kept = WrittenLine.Kept(origin, row, restriction, funds);
            draft.Write(account.Account, fund.Code, row.Side, row.Amount, kept with
            {
                Restriction = restriction,
                CashFlow = CashFlowOf(row, rows, account, chart, line),
                Movement = MovementOf(row, account, netAssets, line),
                ProjectClass = ProjectClassOf(row, account, kept.ProjectClass, line),
                Narrative = string.IsNullOrWhiteSpace(row.Narrative) ? null : row.Narrative,
            });
        }

        return draft.Balanced();
    }

    private static Restriction? RestrictionOf(VoucherRow row, ChartAccount account, Fund fund, int line) => account.Account switch
    {
        { NeedsRestriction: false } when row.Restriction is not null =>
            throw new RefusedException(RestrictionMisplaced, ("account", account.Name), ("line", line)),
        { NeedsRestriction: false } => null,
        { Key: Account.Keys.UnrestrictedNetAssets } => row.Restriction ?? Restriction.Unrestricted,
        { Key: Account.Keys.RestrictedNetAssets } => row.Restriction ?? Restriction.Restricted,
        _ => row.Restriction ?? fund.DefaultRestriction,
    };

    /// <summary>Income and expenses may say what kind of project they are for, long-term items what the balance sheet asks of them; a
    /// corrected line keeps what it said.</summary>
    private static string? ProjectClassOf(VoucherRow row, ChartAccount account, string? kept, int line)
    {
        return row.ProjectClass switch
        {
            null => kept is not null && ProjectClass.All.Any(each => each.Fits(account.Account)) ? kept : null,
            "" => null,
            var key when ProjectClass.Find(key)?.Fits(account.Account) == true => key,
            var key => throw new RefusedException(ProjectClassMisplaced, ("typed", key), ("account", account.Name), ("line", line)),
        };
    }

    /// <summary>What was chosen; left open, own cash asks the other lines, and the kernel refuses where they do not
    /// tell.</summary>
    private static CashFlow? CashFlowOf(
        VoucherRow row, IReadOnlyList<VoucherRow> rows, ChartAccount account, Chart chart, int line)
    {
        if (!string.IsNullOrEmpty(row.CashFlow))
        {
            return CashFlowsByHand.FirstOrDefault(item => item.Key == row.CashFlow)
                ?? throw new RefusedException(UnknownCashFlow, ("typed", row.CashFlow), ("line", line));
        }

        return account.Account.Role == AccountRole.OwnCash ? CashFlowGuess.For(row, rows, chart) : null;
    }

    /// <summary>What was chosen; 以前年度净资产调整 moves for one reason only.</summary>
    private static MovementKind MovementOf(VoucherRow row, ChartAccount account, MovementKind leftOpen, int line) =>
        account.Account switch
        {
            { Key: Account.Keys.PriorYearAdjustment } when row.Movement == MovementKind.Ordinary => MovementKind.PriorYear,
            { Class: AccountClass.NetAssets } when row.Movement == MovementKind.Ordinary => leftOpen,
            { Class: AccountClass.NetAssets } when MovementsByHand.Contains(row.Movement) => row.Movement,
            _ when row.Movement == MovementKind.Ordinary => row.Movement,
            _ when row.Movement == MovementKind.Transfer => throw new RefusedException(TransferByHand, ("line", line)),
            _ => throw new RefusedException(MovementByHand, ("movement", row.Movement), ("account", account.Name), ("line", line)),
        };
}
