using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>A file that was imported.</summary>
/// <param name="InFile">How many lines the file has.</param>
/// <param name="Added">Of these, new when it came, the doubtful among them.</param>
public sealed record ImportedFile(
    long Id, string Account, string FileName, string Source, LocalDate FirstDay, LocalDate LastDay, int InFile, int Added, int Doubtful,
    string ImportedBy, Instant ImportedAt, string? UndoneBy, Instant? UndoneAt);

/// <summary>Files that were imported, the last first.</summary>
public sealed record ImportedFiles(int? BankAccount) : Query<IReadOnlyList<ImportedFile>>
{
    private const int Most = 200;

    internal override Need Needs => Need.Any(BankLineList.Readers).ForWholeBook();

    internal override async Task<IReadOnlyList<ImportedFile>> Answer(Work work, CancellationToken ct)
    {
        Dictionary<int, string> accounts = (await OwnAccount.All(work, ct))
            .ToDictionary(account => account.BankAccountId, account => $"{account.BankName} {account.Number}");
        List<BankFile> files = await work.Db.Set<BankFile>().AsNoTracking()
            .Where(file => file.BookId == work.Book && (BankAccount == null || file.BankAccountId == BankAccount))
            .OrderByDescending(file => file.BankFileId).Take(Most).ToListAsync(ct);
        var names = await PersonName.Of(work, [.. files.SelectMany(file => new[] { file.ImportedBy, file.UndoneBy })], ct);
        return
        [
            .. files.Select(file => new ImportedFile(
                file.BankFileId, accounts[file.BankAccountId], file.FileName, file.Source, file.FirstDay, file.LastDay, file.LineCount,
                file.NewCount, file.DoubtfulCount, names[file.ImportedBy], file.ImportedAt,
                file.UndoneBy is { } by ? names[by] : null, file.UndoneAt)),
        ];
    }
}
