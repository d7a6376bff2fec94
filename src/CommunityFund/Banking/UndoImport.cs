using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Banking;

/// <summary>An imported file is taken back, with all its lines, while nothing rests on them; that it was here stays written.</summary>
/// <returns>How many lines went.</returns>
public sealed record UndoImport(Guid Key, long File) : Command<int>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        List<int> gone = await work.Db.Database.SqlQuery<int>(
            $"""select undo_bank_file({work.Book}, {File}, {work.ActorId}, {work.Now.ToDateTimeUtc()}) as "Value" """).ToListAsync(ct);
        return gone[0];
    }
}
