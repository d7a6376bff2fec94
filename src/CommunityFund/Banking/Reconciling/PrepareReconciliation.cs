using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking.Reconciling;

/// <summary>
/// Bank and books come to the same: the sheet is kept as it stands, for another person to confirm. Who pays out may neither make it nor
/// confirm it (rulings 21).
/// </summary>
/// <param name="Statement">What the bank says it holds at the end of the day.</param>
/// <param name="FromPaper">Whether that was typed from paper, and not read from the lines of a file.</param>
public sealed record PrepareReconciliation(Guid Key, int Account, LocalDate Day, Amount Statement, bool FromPaper) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        // Nothing is matched or unmatched on the account until this is kept.
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from bank_account where book_id = {work.Book} and bank_account_id = {Account} for no key update", ct);
        if (await work.Db.Set<Reconciliation>().AnyAsync(
            row => row.BookId == work.Book && row.BankAccountId == Account && row.State == ReconciliationState.Prepared, ct))
        {
            throw new RefusedException(Reconciliation.WaitsAlready);
        }

        long? said = FromPaper ? Statement.Units : await ClosingBalance.Of(work, Account, Day, ct);
        if (said != Statement.Units)
        {
            throw new RefusedException(Reconciliation.NotByLines, ("day", Day), ("balance", Statement));
        }

        List<SheetItems.Left> left = await SheetItems.Now(work, Account, Day, ct);
        long booked = await WorkingSheet.Booked(work, Account, Day, ct);
        long bank = Statement.Units + left.Where(item => item.Voucher is not null).Sum(item => item.Units),
            books = booked + left.Where(item => item.Line is not null).Sum(item => item.Units);
        if (bank != books)
        {
            throw new RefusedException(
                Reconciliation.Unequal, ("bank", Amount.Fen(bank)), ("books", Amount.Fen(books)),
                ("difference", Amount.Fen(bank - books)));
        }

        Reconciliation row = new()
        {
            BookId = work.Book,
            BankAccountId = Account,
            StatementDay = Day,
            StatementUnits = Statement.Units,
            FromPaper = FromPaper,
            BookedUnits = booked,
            PreparedBy = work.ActorId,
            PreparedAt = work.Now,
        };
        work.Db.Add(row);
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(left.Select((item, at) => new ReconciliationItem
        {
            BookId = work.Book,
            ReconciliationId = row.ReconciliationId,
            ItemNo = at + 1,
            BankLineId = item.Line,
            VoucherId = item.Voucher,
            OccurredOn = LocalDate.FromDateOnly(item.On),
            Units = item.Units,
        }));
        await work.Db.SaveChangesAsync(ct);
        return row.ReconciliationId;
    }
}
