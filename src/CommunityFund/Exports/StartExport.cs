using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Exports;

/// <summary>Begins to take the book away: what the log keeps of it, for the file itself is read apart from any command.
/// It needs a recent proof of who one is.</summary>
public sealed record StartExport(Guid Key, ExportFormat Format, LocalDate? AsOf) : Command<ExportFacts>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(ExportBook.Readers).Proved());

    internal override async Task<ExportFacts> Apply(Work work, CancellationToken ct)
    {
        if (Format.IsSealed() && await work.Db.Entries.AnyAsync(entry => entry.BookId == work.Book, ct))
        {
            await Checkpoint.Seal(work, ct);
        }

        return await new ExportBook(Format, AsOf).Answer(work, ct);
    }
}
