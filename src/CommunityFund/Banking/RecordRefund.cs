using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>Why a gift goes back.</summary>
public enum RefundCause
{
    /// <summary>The donor or the law asks for it: the income is taken back in red.</summary>
    Outside,

    /// <summary>Our own doing: an expense of ours.</summary>
    Own,
}

/// <summary>
/// Money came back that was an expense, or goes back that was income. It stands in red beside the original line, on its account,
/// fund and dimensions, so that turnover is not blown up; never more than there was. A gift that goes back for a cause of our
/// own,
/// and any under the standard of 2004, is an expense instead (rulings 19).
/// </summary>
/// <param name="Entry">The posted entry of the original.</param>
/// <param name="Line">Its line of expense or income.</param>
public sealed record RecordRefund(
    Guid Key, BankRest Rest, long Entry, short Line, RefundCause Cause, [property: Personal] string Narrative,
    LocalDate? BookedOn = null, IReadOnlyList<Enclosure>? Documents = null) : Command<long>(Key)
{
    /// <summary>The original has been reversed, or is no posted line of expense (for money in) or income (for money out).</summary>
    public const string NoOriginal = "refund.no-original";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        TakenLines taken = await TakenLines.Lock(work, Rest, ct);
        LocalDate day = await work.BookedDay(taken.Day, BookedOn, ct);
        Chart chart = await work.ChartOn(day, ct);
        List<PostedLine> lines = await work.Db.Postings.AsNoTracking()
            .Where(line => line.BookId == work.Book && line.EntryNo == Entry).OrderBy(line => line.LineNo).ToListAsync(ct);
        PostedLine original = lines.SingleOrDefault(line => line.LineNo == Line) ?? throw new RefusedException(NoOriginal);
        Account account = chart.ById(original.AccountId).Account;
        (AccountClass wanted, Side side) = taken.Amount.IsPositive ? (AccountClass.Expense, Side.Debit)
            : (AccountClass.Income, Side.Credit);
        if (account.Class != wanted || original.Side != side || original.Units <= 0 || await IsReversed(work, ct))
        {
            throw new RefusedException(NoOriginal);
        }

        await NotAbove(work, original, taken.Size, ct);
        Fund fund = await work.FundById(original.FundId, ct);
        Account bank = chart.ById(taken.Account.AccountId).Account;
        CashFlow flow = CashFlow.Find(lines.FirstOrDefault(line => line.FundId == original.FundId
            && line.CashFlow.Length > 0)?.CashFlow ?? "")
            is { IsInflow: { } isIn } same && isIn == taken.Amount.IsNegative ? same
            : taken.Amount.IsPositive ? CashFlow.OtherReceived : CashFlow.OtherPaid;
        // An expense of the old standard says nothing of restriction; what its entry freed was restricted money.
        Restriction? restriction = Codes.RestrictionOf(original.Restriction) ?? (!account.NeedsRestriction ? null
            : lines.Where(line => line.FundId == original.FundId && line.Restriction == "R" && line.Side == Side.Debit).Sum(line => line.Units)
                >= taken.Size.Units ? Restriction.Restricted : Restriction.Unrestricted);
        Tags tags = new(restriction, ProjectClass: original.ProjectClass.Length > 0
            ? original.ProjectClass : null,
            Project: original.ProjectId, Counterparty: original.CounterpartyId, Enterprise: original.EnterpriseId);
        EntryDraft draft = JournalEntry.On(day, Narrative);
        if (taken.Amount.IsPositive)
        {
            draft.Debit(bank, fund.Code, taken.Size, new Tags(CashFlow: flow)).RedDebit(account, fund.Code, taken.Size, tags);
            if (!account.NeedsRestriction)
            {
                ReleaseBack(draft, chart, lines, fund, taken.Size, day);
            }
        }
        else if (Cause == RefundCause.Outside && chart[Account.Keys.ManagementExpense].NeedsRestriction)
        {
            draft.RedCredit(account, fund.Code, taken.Size, tags).Credit(bank, fund.Code, taken.Size, new Tags(CashFlow: flow));
        }
        else
        {
            Account expense = chart.Part(Account.Keys.ManagementExpense, "退").Account;
            draft.Debit(expense, fund.Code, taken.Size,
                tags with { Restriction = expense.NeedsRestriction ? tags.Restriction : null })
                .Credit(bank, fund.Code, taken.Size, new Tags(CashFlow: CashFlow.OtherPaid));
            if (tags.Restriction == Restriction.Restricted && !expense.NeedsRestriction)
            {
                await ReleaseAsUsed.Write(work, chart, draft, fund, taken.Size, day, ct);
            }
        }

        long voucher = await work.Prepare(new Draft(draft.Balanced(), Bank: taken.Parts, Documents: Documents), ct);
        work.Db.Add(new Refund
        {
            BookId = work.Book,
            VoucherId = voucher,
            OfEntryNo = Entry,
            OfLineNo = Line,
            Units = taken.Size.Units
        });
        return voucher;
    }

    private Task<bool> IsReversed(Work work, CancellationToken ct) => work.Db.Vouchers.AnyAsync(
        voucher => voucher.BookId == work.Book && voucher.EntryNo == Entry && voucher.ReversedBy != null, ct);

    /// <summary>Told before anything is drawn on; the database proves it again.</summary>
    private static async Task NotAbove(Work work, PostedLine original, Amount asked, CancellationToken ct)
    {
        long before = await (from row in work.Db.Set<Refund>()
                             join voucher in work.Db.Vouchers on new { row.BookId, row.VoucherId }
                                 equals new { voucher.BookId, voucher.VoucherId }
                             where row.BookId == work.Book && row.OfEntryNo == original.EntryNo && row.OfLineNo == original.LineNo
                                 && voucher.ReversedBy == null
                                     && (voucher.State == VoucherState.Prepared || voucher.State == VoucherState.Posted)
                             select row.Units).SumAsync(ct);
        if (asked.Units > original.Units - before)
        {
            throw new RefusedException(ConstraintRefusal.RefundAbove, ("asked", asked),
                ("remaining", Amount.Fen(original.Units - before)));
        }
    }

    /// <summary>Under the standard of 2004 the expense had freed restricted money; what came back is bound again, in red on the same
    /// accounts: on the gift's own income account while its month runs, in net assets later (rulings 17).</summary>
    private static void ReleaseBack(EntryDraft draft, Chart chart, List<PostedLine> lines, Fund fund, Amount amount, LocalDate day)
    {
        long left = amount.Units;
        foreach (PostedLine freed in lines.Where(line => line.FundId == fund.FundId && line.Side == Side.Debit && line.Units > 0
            && line.Restriction == Codes.Of(Restriction.Restricted) && chart.ById(line.AccountId)
                .Account.Class != AccountClass.Expense))
        {
            Amount part = Amount.Fen(Math.Min(left, freed.Units));
            if (!part.IsPositive)
            {
                return;
            }

            Account was = chart.ById(freed.AccountId).Account;
            bool isIncome = was.Class == AccountClass.Income && freed.Period == AccountingPeriod.Of(day);
            MovementKind movement = isIncome ? MovementKind.Ordinary : MovementKind.Release;
            draft.RedDebit(isIncome ? was : chart[Account.Keys.RestrictedNetAssets], fund.Code, part,
                new Tags(Restriction.Restricted, Movement: movement))
                .RedCredit(isIncome ? was : chart[Account.Keys.UnrestrictedNetAssets], fund.Code, part,
                    new Tags(Restriction.Unrestricted, Movement: movement));
            left -= part.Units;
        }
    }
}

/// <summary>What a voucher is a refund of.</summary>
public sealed class Refund
{
    public required int BookId { get; init; }

    public required long VoucherId { get; init; }

    public required long OfEntryNo { get; init; }

    public required short OfLineNo { get; init; }

    public required long Units { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<Refund>
    {
        public void Configure(EntityTypeBuilder<Refund> entity) => entity.HasKey(row => new { row.BookId, row.VoucherId });
    }
}
