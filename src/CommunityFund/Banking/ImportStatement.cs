using System.Text.Json.Serialization;
using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>What an import did.</summary>
/// <param name="Added">Lines that are new here, those before the opening day and the doubtful included.</param>
/// <param name="BeforeOpening">Of the added: set aside because the opening balances hold them.</param>
/// <param name="Known">Lines that were here before.</param>
/// <param name="Empty">Lines of 0.00, which move nothing and are left out.</param>
/// <param name="Doubtful">Of the added: perhaps here already from another source; a person decides.</param>
public sealed record Imported(long BankFile, int Added, int BeforeOpening, int Known, int Empty, int Doubtful = 0);

/// <summary>
/// The lines of an uploaded file are staged, each once, however many files tell of it. Nothing is booked by that. Lines
/// before the opening day are within the opening balances and set aside at once (rulings 32).
/// </summary>
/// <param name="BankAccount">Chosen by the person where the file does not say; else null.</param>
public sealed record ImportStatement(Guid Key, long Upload, int? BankAccount) : Command<Imported>(Key)
{
    /// <summary>The reason of lines before the opening day; shown in the reader's words.</summary>
    public const string WithinOpening = "within-opening";

    /// <summary>Hears how many lines were read, and of how many staged.</summary>
    [JsonIgnore]
    public Action<int, int>? Told { get; init; }

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<Imported> Apply(Work work, CancellationToken ct)
    {
        BankUpload upload = await BankUpload.Of(work, Upload, ct);
        using StatementBytes content = await upload.Content(work, ct);
        StatementFile file = await upload.Read(work, content, read => Told?.Invoke(read, 0), ct);
        int account = (await OwnAccount.Of(work, file, BankAccount, ct)).BankAccountId;

        // Two imports into one account wait for each other, so that the count of new lines is true.
        await work.Db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({work.Book}, {account})", ct);
        StagingPlan plan = await StagedLines.Plan(work, account, file, ct);
        LocalDate opening = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.OpeningDay)
            .SingleAsync(ct);
        BankFile row = Row(work, upload, file, account, plan);
        work.Db.Add(row);
        await work.Db.SaveChangesAsync(ct);
        int early = await StagedLines.Write(work, row, file.Lines, plan, opening, done => Told?.Invoke(file.Lines.Count, done), ct);
        await work.Db.Database.ExecuteSqlAsync(
            $"delete from bank_upload where book_id = {work.Book} and bank_upload_id = {Upload}", ct);
        return new Imported(row.BankFileId, row.NewCount, early, plan.Count(LineFate.Known), plan.Count(LineFate.Empty), row.DoubtfulCount);
    }

    private static BankFile Row(Work work, BankUpload upload, StatementFile file, int account, StagingPlan plan) => new()
    {
        BookId = work.Book,
        BankAccountId = account,
        Sha256 = upload.Sha256,
        FileName = upload.FileName,
        Source = file.Source,
        Encoding = file.Encoding,
        Sheet = StatementCell.Shorten(file.Sheet, 200),
        Layout = file.Fingerprint,
        HeaderRow = file.HeaderRow,
        LineCount = file.Lines.Count,
        NewCount = plan.Count(LineFate.New) + plan.Count(LineFate.Doubtful),
        DoubtfulCount = plan.Count(LineFate.Doubtful),
        FirstDay = file.FirstDay,
        LastDay = file.LastDay,
        ClosingUnits = file.Closing?.Units,
        ImportedBy = work.ActorId,
        ImportedAt = work.Now,
    };
}
