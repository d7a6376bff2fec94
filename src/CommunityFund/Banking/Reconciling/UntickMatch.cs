using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Banking.Reconciling;

/// <summary>A match, or the tick of a voucher seen on paper, was a mistake: both sides are open again.</summary>
/// <param name="Line">Null for a tick on paper.</param>
public sealed record UntickMatch(Guid Key, int Account, long? Line, long Voucher) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        DateTime now = work.Now.ToDateTimeUtc();
        int undone = Line is { } line
            ? await work.Db.Database.ExecuteSqlAsync(
                $"""
                update bank_match set undone_by = {work.ActorId}, undone_at = {now}
                 where book_id = {work.Book} and bank_line_id = {line} and voucher_id = {Voucher} and undone_at is null
                """, ct)
            : await work.Db.Database.ExecuteSqlAsync(
                $"""
                update bank_tick set undone_by = {work.ActorId}, undone_at = {now}
                 where book_id = {work.Book} and bank_account_id = {Account} and voucher_id = {Voucher} and undone_at is null
                """, ct);
        return undone > 0 ? Done.It : throw new RefusedException(TickMatch.Nothing);
    }
}
