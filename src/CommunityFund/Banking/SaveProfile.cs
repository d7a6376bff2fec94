using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Banking;

/// <summary>How the uploaded file is read is kept under a name, for all files with the same header; what was kept for that header
/// before gives way.</summary>
public sealed record SaveProfile(Guid Key, long Upload, string Name) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        BankUpload upload = await BankUpload.Of(work, Upload, ct);
        using StatementBytes content = await upload.Content(work, ct);
        StatementFile file = await upload.Read(work, content, null, ct);
        string name = await BankProfile.NameTyped(work, Name, file.Fingerprint, ct);
        StatementReading reading = StatementReading.Of(upload.Reading) with { Columns = file.Meanings };
        BankProfile? known = await work.Db.Set<BankProfile>()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.Fingerprint == file.Fingerprint, ct);
        BankProfile profile = known ?? new BankProfile
        {
            BookId = work.Book,
            Name = name,
            Fingerprint = file.Fingerprint,
            Header = "",
            Reading = "",
            MadeBy = work.ActorId,
            MadeAt = work.Now,
        };
        (profile.Name, profile.Header, profile.Reading) =
            (name, StatementCell.Shorten(string.Join("、", file.Columns.Values), 300), reading.Lasting.Text);
        (profile.MadeBy, profile.MadeAt) = (work.ActorId, work.Now);
        if (known is null)
        {
            work.Db.Add(profile);
        }

        await work.Db.SaveChangesAsync(ct);
        return profile.BankProfileId;
    }
}
