using System.Security.Cryptography;
using System.Text.Json.Serialization;
using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>
/// A statement file comes in to be looked at; nothing is staged yet. What holds no table at all is refused and not kept; a table
/// that is not understood is kept, for a person to say what its columns mean.
/// </summary>
/// <param name="Content">The bytes; the log keeps their number and digest instead.</param>
/// <param name="Password">Of an archive; used this once and kept nowhere.</param>
public sealed record UploadStatement(
    Guid Key, [property: Personal] string FileName, [property: JsonIgnore] byte[] Content,
    [property: Secret] string? Password = null) : Command<long>(Key)
{
    private static readonly Duration Kept = Duration.FromHours(24);

    public int SizeBytes => Content.Length;

    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Content));

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        byte[] opened = Content.Length > StatementFile.LargestBytes ? Content
            : StatementPackage.Opened(Content, StatementCell.Shorten(PlainText.Of(FileName), 100), Password);
        StatementFile.SheetsOf(opened, FileName, StatementReading.Found);
        DateTime now = work.Now.ToDateTimeUtc();
        await work.Db.Database.ExecuteSqlAsync(
            $"delete from bank_upload where book_id = {work.Book} and (uploaded_by = {work.ActorId} or expires_at < {now})", ct);
        BankUpload upload = new()
        {
            BookId = work.Book,
            UploadedBy = work.ActorId,
            FileName = StatementCell.Shorten(PlainText.Of(FileName), 100),
            Content = opened,
            Sha256 = SHA256.HashData(opened),
            UploadedAt = work.Now,
            ExpiresAt = work.Now + Kept,
        };
        work.Db.Add(upload);
        await work.Db.SaveChangesAsync(ct);
        return upload.BankUploadId;
    }
}
