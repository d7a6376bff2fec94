using System.Data;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace CommunityFund.Banking;

/// <summary>A statement file between its preview and its import; only who uploaded it can go on with it.</summary>
public sealed class BankUpload
{
    /// <summary>The upload was imported, has expired, or is another person's.</summary>
    public const string Gone = "bank.upload-gone";

    public required int BookId { get; init; }

    public long BankUploadId { get; init; }

    public required long UploadedBy { get; init; }

    public required string FileName { get; init; }

    internal static readonly Duration Kept = Duration.FromHours(24);

    public required byte[] Sha256 { get; init; }

    public required Instant UploadedAt { get; init; }

    public required Instant ExpiresAt { get; init; }

    /// <summary>What a person corrected, as <see cref="StatementReading"/> writes it; null if nothing.</summary>
    public string? Reading { get; set; }

    internal static async Task<BankUpload> Of(Work work, long upload, CancellationToken ct) =>
        await work.Db.Set<BankUpload>()
            .Where(row => row.BookId == work.Book && row.BankUploadId == upload && row.UploadedBy == work.Actor && row.ExpiresAt > work.Now)
            .Select(row => new BankUpload
            {
                BookId = row.BookId,
                BankUploadId = row.BankUploadId,
                UploadedBy = row.UploadedBy,
                FileName = row.FileName,
                Sha256 = row.Sha256,
                UploadedAt = row.UploadedAt,
                ExpiresAt = row.ExpiresAt,
                Reading = row.Reading,
            }).SingleOrDefaultAsync(ct)
        ?? throw new RefusedException(Gone);

    /// <summary>Keeps the bytes as they come, in one stream; what the person uploaded before gives way.</summary>
    internal static async Task<long> Keep(Work work, string fileName, StatementBytes content, CancellationToken ct)
    {
        DateTime now = work.Now.ToDateTimeUtc(), until = (work.Now + Kept).ToDateTimeUtc();
        await work.Db.Database.ExecuteSqlAsync(
            $"delete from bank_upload where book_id = {work.Book} and (uploaded_by = {work.ActorId} or expires_at < {now})", ct);
        byte[] sha256 = content.Sha256();
        await using Stream stream = content.Open();
        NpgsqlParameter bytes = new() { NpgsqlDbType = NpgsqlDbType.Bytea, Value = stream };
        List<long> id = await work.Db.Database.SqlQuery<long>(
            $"""
            insert into bank_upload (book_id, uploaded_by, file_name, content, sha256, uploaded_at, expires_at)
            values ({work.Book}, {work.ActorId}, {fileName}, {bytes}, {sha256}, {now}, {until})
            returning bank_upload_id as "Value"
            """).ToListAsync(ct);
        return id[0];
    }

    /// <summary>The bytes, for as long as they are needed.</summary>
    internal async Task<StatementBytes> Content(Work work, CancellationToken ct)
    {
        await using NpgsqlCommand ask = new(
            "select content from bank_upload where book_id = $1 and bank_upload_id = $2",
            (NpgsqlConnection)work.Db.Database.GetDbConnection());
        ask.Parameters.Add(new NpgsqlParameter { Value = BookId });
        ask.Parameters.Add(new NpgsqlParameter { Value = BankUploadId });
        await using NpgsqlDataReader row = await ask.ExecuteReaderAsync(CommandBehavior.SequentialAccess, ct);
        await row.ReadAsync(ct);
        await using Stream once = await row.GetStreamAsync(0, ct);
        return await StatementBytes.Spool(once, ct);
    }

    /// <summary>Reads the file as it would be imported.</summary>
    internal async Task<StatementFile> Read(Work work, StatementBytes content, Action<int>? told, CancellationToken ct) =>
        StatementFile.Read(content, FileName, StatementReading.Of(Reading), await BankProfile.All(work, ct), told, ct);

    internal sealed class Mapping : IEntityTypeConfiguration<BankUpload>
    {
        public void Configure(EntityTypeBuilder<BankUpload> entity)
        {
            entity.HasKey(upload => new { upload.BookId, upload.BankUploadId });
            entity.Property(upload => upload.BankUploadId).ValueGeneratedOnAdd();

            // Who asks for an upload does not get all its bytes with it.
            entity.Property<byte[]>("Content").IsRequired();
        }
    }
}
