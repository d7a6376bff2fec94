using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Banking;

/// <summary>What is left to do at the bank.</summary>
/// <param name="Fresh">Lines nobody has decided about.</param>
/// <param name="Held">Lines set aside.</param>
public sealed record BankWork(int Fresh, int Held, bool HasAccount, bool HasFile);

/// <summary>How many bank lines wait for a voucher or another decision, and whether there is an account and a file at
/// all.</summary>
public sealed record BankToDo : Query<BankWork>
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task<BankWork> Answer(Work work, CancellationToken ct)
    {
        if (!work.Rights.ReachesAll(Role.Accountant))
        {
            return new BankWork(0, 0, HasAccount: true, HasFile: true); // bank lines belong to no fund; others look after them
        }

        var counts = await work.Db.Set<BankLine>()
            .Where(line => line.BookId == work.Book && (line.State == BankLineState.New || line.State == BankLineState.Held)
                && line.Units != BankMatch.Open(work.Db, work.Book).Where(match => match.BankLineId == line.BankLineId)
                    .Sum(match => match.Units))
            .GroupBy(line => line.State).Select(group => new { group.Key, Count = group.Count() })
            .ToDictionaryAsync(row => row.Key, row => row.Count, ct);
        return new BankWork(
            counts.GetValueOrDefault(BankLineState.New), counts.GetValueOrDefault(BankLineState.Held),
            await work.Db.Set<BankAccount>().AnyAsync(account => account.BookId == work.Book, ct),
            await work.Db.Set<BankFile>().AnyAsync(file => file.BookId == work.Book, ct));
    }
}
