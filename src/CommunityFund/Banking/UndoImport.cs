using CommunityFund.Banking.Reconciling;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>An imported file is taken back, with all its lines, while nothing rests on them; that it was here stays written.</summary>
/// <returns>How many lines went.</returns>
public sealed record UndoImport(Guid Key, long File) : Command<int>(Key)
{
    /// <summary>A reconciliation keeps a line of the file as open on its day.</summary>
    public const string KeptOpen = "bank-file.kept-open";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        LocalDate? kept = await (from item in work.Db.Set<ReconciliationItem>()
                                 join line in work.Db.Set<BankLine>() on new { item.BookId, Id = item.BankLineId }
                                     equals new { line.BookId, Id = (long?)line.BankLineId }
                                 where line.BookId == work.Book && line.BankFileId == File
                                 orderby line.OccurredOn
                                 select (LocalDate?)line.OccurredOn).FirstOrDefaultAsync(ct);
        if (kept is { } day)
        {
            throw new RefusedException(KeptOpen, ("day", day));
        }

        List<int> gone = await work.Db.Database.SqlQuery<int>(
            $"""select undo_bank_file({work.Book}, {File}, {work.ActorId}, {work.Now.ToDateTimeUtc()}) as "Value" """).ToListAsync(ct);
        return gone[0];
    }
}
