using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>A profile in a list.</summary>
public sealed record ProfileItem(long Id, string Name, string Header, string MadeBy, Instant MadeAt);

/// <summary>How files are read, as people said.</summary>
public sealed record ProfileList : Query<IReadOnlyList<ProfileItem>>
{
    internal override Need Needs => Need.Any(Role.Accountant).ForWholeBook();

    internal override async Task<IReadOnlyList<ProfileItem>> Answer(Work work, CancellationToken ct)
    {
        List<BankProfile> rows = await work.Db.Set<BankProfile>().AsNoTracking().Where(row => row.BookId == work.Book)
            .OrderBy(row => row.Name).ToListAsync(ct);
        var names = await PersonName.Of(work, [.. rows.Select(row => (long?)row.MadeBy)], ct);
        return [.. rows.Select(row => new ProfileItem(row.BankProfileId, row.Name, row.Header, names[row.MadeBy], row.MadeAt))];
    }
}
