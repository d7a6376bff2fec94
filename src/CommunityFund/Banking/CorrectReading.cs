using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Banking;

/// <summary>A person says how an uploaded file is to be read: encoding, sheet, header, columns, signs, dates. The preview shows at
/// once what comes of it, or why nothing does.</summary>
/// <param name="Reading">Null takes back what was said.</param>
public sealed record CorrectReading(Guid Key, long Upload, StatementReading? Reading) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        BankUpload upload = await BankUpload.Of(work, Upload, ct);
        string? text = Reading?.Text;
        await work.Db.Set<BankUpload>().Where(row => row.BookId == upload.BookId && row.BankUploadId == upload.BankUploadId)
            .ExecuteUpdateAsync(row => row.SetProperty(each => each.Reading, text), ct);
        return Done.It;
    }
}
