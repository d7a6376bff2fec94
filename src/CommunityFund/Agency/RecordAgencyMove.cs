using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Agency;

/// <summary>What moves in a matter.</summary>
public enum AgencyWay
{
    /// <summary>Money came in for a recipient.</summary>
    MoneyIn,

    /// <summary>Money was passed on.</summary>
    MoneyOut,

    /// <summary>Goods came in, at the value of their evidence.</summary>
    GoodsIn,

    /// <summary>Goods were handed over.</summary>
    GoodsOut,
}

/// <summary>
/// Money or goods of a matter come in for a recipient or are passed on (cases 23 and 24): neither income nor expense, outside
/// own cash, on the
/// agency sub-account of the bank account, and never more out than came in.
/// </summary>
/// <param name="CashAccount">Key of the own account beside which the money lies; not asked for goods.</param>
/// <param name="BankLine">The bank line, if it is there; else a slip proves it.</param>
/// <param name="Documents">The slip, or what says the value of goods.</param>
public sealed record RecordAgencyMove(
    Guid Key, long Matter, long Recipient, AgencyWay Way, Amount Amount, LocalDate On, string CashAccount = "", long? BankLine =
        null,
    IReadOnlyList<Enclosure>? Documents = null) : Command<long>(Key)
{
    /// <summary>More would be passed on than is held.</summary>
    public const string MoreThanHeld = "agency.more-than-held";

    /// <summary>The amount is nothing, or the account is neither the cash box nor a bank account.</summary>
    public const string NotCash = "agency.not-cash";

    private bool IsIn => Way is AgencyWay.MoneyIn or AgencyWay.GoodsIn;

    private bool InGoods => Way is AgencyWay.GoodsIn or AgencyWay.GoodsOut;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(RegisterRoles.Keeping).ForWholeBook());

    /// <returns>The voucher.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        AgencyMatter matter = await AgencyMatter.For(work, Matter, Recipient, ct);
        if (!IsIn)
        {
            long held = await Held(work, Matter, Recipient, InGoods, ct);
            if (Amount.Units > held)
            {
                throw new RefusedException(MoreThanHeld, ("title", matter.Title), ("asked", Amount),
                    ("held", Amount.Fen(Math.Max(0, held))));
            }
        }

        LocalDate day = await work.FirstOpenDay(On, ct);
        Account asset = await Asset(work, day, ct);
        Chart chart = await work.ChartOn(day, ct);
        Account owed = chart.Part(AgencyCash.Liabilities).Account;
        string fund = (await work.Funds(ct)).Single(row => row.Kind == FundKind.Agency).Code;
        Tags meant = new(Counterparty: Recipient);
        EntryDraft draft = JournalEntry.On(day, $"{(InGoods ? "受托代理物资" : "受托代理资金")}{(IsIn ? "收到" : "转付")} {matter.Title}");
        JournalEntry entry = (IsIn ? draft.Debit(asset, fund, Amount, meant).Credit(owed, fund, Amount, meant)
            : draft.Debit(owed, fund, Amount, meant).Credit(asset, fund, Amount, meant)).Balanced();
        long voucherId = await work.Prepare(new Draft(entry, Bank: InGoods ? null : BankPart.Of(BankLine, null, Amount,
            isPart: false),
            Documents: Documents,
            Undo: new AgencyMoveUndone(Matter, Recipient, InGoods, IsIn ? Amount.Units : -Amount.Units)), ct);
        work.Db.Add(new AgencyMove
        {
            BookId = work.Book,
            VoucherId = voucherId,
            AgencyMatterId = Matter,
            PersonId = Recipient,
            Units = IsIn ? Amount.Units : -Amount.Units,
            InGoods = InGoods,
        });
        return voucherId;
    }

    /// <summary>What is held for a recipient; what waits to go out is taken off, what waits to come in does not count.</summary>
    internal static Task<long> Held(Work work, long matter, long recipient, bool inGoods, CancellationToken ct) => (
        from move in work.Db.Set<AgencyMove>()
        join voucher in work.Db.Vouchers on new { move.BookId, move.VoucherId } equals new { voucher.BookId, voucher.VoucherId }
        where move.BookId == work.Book && move.AgencyMatterId == matter && move.PersonId == recipient && move.InGoods == inGoods
            && voucher.ReversedBy == null
            && (voucher.State == VoucherState.Posted || (voucher.State == VoucherState.Prepared && move.Units < 0))
        select move.Units).SumAsync(ct);

    private async Task<Account> Asset(Work work, LocalDate day, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(day, ct);
        Account? asset = InGoods ? chart.Part(AgencyCash.Goods).Account
            : chart.Find(CashAccount) is { Account: { Role: AccountRole.OwnCash } own, TakesLines: true }
                ? await AgencyCash.Beside(work, own, chart, ct)
            : null;
        return Amount.IsPositive && asset is not null ? asset : throw new RefusedException(NotCash, ("account", CashAccount));
    }
}

/// <summary>The move's voucher was reversed: its row counts no longer, and what is left must not be below nothing.</summary>
[Consequence("agency-move-undone", 1)]
internal sealed record AgencyMoveUndone(long Matter, long Recipient, bool InGoods, long Units) : RegisterUndone
{
    /// <summary>What came in has been passed on, or is about to be.</summary>
    public const string Below = "agency.reversal-below";

    internal override VoucherRegister Register => VoucherRegister.Agency;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        AgencyMatter matter = await AgencyMatter.Lock(work, Matter, ct);
        long left = await RecordAgencyMove.Held(work, Matter, Recipient, InGoods, ct) - Units;
        if (left < 0)
        {
            throw new RefusedException(Below, ("title", matter.Title), ("held", Amount.Fen(left)));
        }
    }
}
