using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>A file of statements.</summary>
/// <param name="File">Its name without .yaml.</param>
/// <param name="IsOwn">Whether the foundation laid it out.</param>
/// <param name="SetBy">Who did, or null.</param>
public sealed record LayoutFile(string Standard, string File, bool IsOwn, string Text, string? SetBy, Instant? SetAt, string? Reason);

/// <summary>The files that statements of the book's standards are laid down in: shipped ones to read, and the foundation's own.</summary>
public sealed record LayoutList : Query<IReadOnlyList<LayoutFile>>
{
    internal override Need Needs => Need.Any(StatementFunds.Readers);

    internal override async Task<IReadOnlyList<LayoutFile>> Answer(Work work, CancellationToken ct)
    {
        List<string> standards = await work.Db.Set<BookStandard>().Where(row => row.BookId == work.Book).OrderByDescending(row => row.ValidFrom)
            .Select(row => row.Standard).ToListAsync(ct);
        List<LayoutFile> files = [];
        foreach (string standard in standards)
        {
            IReadOnlyList<OwnLayout> own = await StatementLayouts.Own(work, standard, ct);
            var names = await PersonName.Of(work, own.Select(row => (long?)row.SetBy), ct);
            files.AddRange(own.Select(row => new LayoutFile(standard, row.File, IsOwn: true, row.Text, names[row.SetBy], row.SetAt, row.Reason)));
            files.AddRange(StatementLayouts.Files(standard).Select(file => new LayoutFile(
                standard, Path.GetFileNameWithoutExtension(file.Name), IsOwn: false, file.Text, null, null, null)));
        }

        return files;
    }
}
