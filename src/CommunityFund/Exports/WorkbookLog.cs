using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Exports;

/// <summary>The log of the book as the workbook has it, and the newest seal of it.</summary>
internal sealed record WorkbookLog(long Size, string Root, Checkpoint? Sealed)
{
    public static async Task<WorkbookLog> Of(ExportSource source, CancellationToken ct)
    {
        MerkleRoot log = new();
        await foreach (byte[] leaf in source.Work.Db.Database.SqlQuery<byte[]>(
            $"""select leaf as "Value" from journal_entry where book_id = {source.Work.Book} order by entry_no""")
            .AsAsyncEnumerable().WithCancellation(ct))
        {
            log.Add(leaf);
        }

        return new WorkbookLog(log.Size, Convert.ToHexStringLower(log.Root()),
            await source.Work.Db.Set<Checkpoint>().AsNoTracking().Where(row => row.BookId == source.Work.Book && row.Size <= log.Size)
                .OrderByDescending(row => row.Size).FirstOrDefaultAsync(ct));
    }
}
