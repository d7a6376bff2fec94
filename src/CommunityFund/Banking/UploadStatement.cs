using System.Text.Json.Serialization;
using CommunityFund.Books;

namespace CommunityFund.Banking;

/// <summary>
/// A statement file comes in to be looked at; nothing is staged yet. What holds no table at all is refused and not kept; a table
/// that is not understood is kept, for a person to say what its columns mean.
/// </summary>
/// <param name="Content">The bytes; the log keeps their number and digest instead.</param>
/// <param name="Password">Of an archive; used this once and kept nowhere.</param>
public sealed record UploadStatement(
    Guid Key, [property: Personal] string FileName, [property: JsonIgnore] StatementBytes Content,
    [property: Secret] string? Password = null) : Command<long>(Key)
{
    public long SizeBytes => Content.Length;

    public string Sha256 => Convert.ToHexStringLower(Content.Sha256());

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        string name = StatementCell.Shorten(PlainText.Of(FileName), 100);
        StatementBytes opened = Content.Length > StatementFile.LargestBytes ? Content
            : StatementPackage.Opened(Content, name, Password);
        StatementFile.SheetsOf(opened, FileName, StatementReading.Found);
        return await BankUpload.Keep(work, name, opened, ct);
    }
}
