using CommunityFund.Books;
using CommunityFund.Grants.Screening;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Applications;

/// <summary>Somebody who may be chosen in a form.</summary>
public sealed record PersonChoice(long Person, string Name);

/// <summary>A section as it is written: what stands in it, what may be chosen, and what the desk asks to correct.</summary>
/// <param name="Text">What was saved; null if nothing was.</param>
/// <param name="MayWrite">Whether this person may write it now.</param>
public sealed record SectionView(
    long Grant, string Title, GrantState State, SectionKind Kind, int Version, SectionText? Text, SectionProgress Progress, bool MayWrite,
    string SavedBy, Instant? SavedAt, IReadOnlyDictionary<long, string> Names, IReadOnlyList<NeedChoice> Needs,
    IReadOnlyList<PersonChoice> FinLeads, IReadOnlyList<PersonChoice> Signers, IReadOnlyList<PaperRow> Papers,
    IReadOnlyList<GrantCorrection> Corrections);

/// <summary>One section of an application, to be written.</summary>
public sealed record WriteSection(long Grant, SectionKind Kind) : Query<SectionView>
{
    internal override Need Needs => Need.Any(WrittenCase.Writers);

    internal override async Task<SectionView> Answer(Work work, CancellationToken ct)
    {
        GrantCase row = await ReadableCase.Of(work, Grant, ct);
        ApplicationView all = await ReadApplication.Of(work, row, null, ct);
        GrantSection? saved = await work.Db.Set<GrantSection>().AsNoTracking()
            .SingleOrDefaultAsync(each => each.BookId == work.Book && each.GrantId == Grant && each.Kind == Kind, ct);
        bool isTeam = Kind == SectionKind.Team;
        return new SectionView(Grant, row.Title, row.State, Kind, saved?.Version ?? 0, saved?.Text, ProgressOf(saved, all.Papers.Count),
            WrittenCase.IsWriter(work, row) && (await WrittenCase.Open(work, row, ct)).Contains(Kind),
            saved is null ? "" : (await PersonName.Of(work, [saved.SavedBy], ct))[saved.SavedBy], saved?.SavedAt, all.Names, all.Needs,
            isTeam ? await Choices(work, Role.FinLead, row, ct) : [], isTeam ? await Choices(work, Role.SignOff, row, ct) : [], all.Papers,
            [.. (await GrantCorrection.Of(work, Grant, ct)).Where(item => item.Section == Kind)]);
    }

    internal SectionProgress ProgressOf(GrantSection? saved, int papers) => ProgressOf(Kind, saved, papers);

    internal static SectionProgress ProgressOf(SectionKind kind, GrantSection? saved, int papers) => kind == SectionKind.Papers
        ? papers > 0 ? SectionProgress.Done : SectionProgress.NotStarted
        : saved is null ? SectionProgress.NotStarted : saved.Text.IsComplete ? SectionProgress.Done : SectionProgress.Begun;

    private static async Task<IReadOnlyList<PersonChoice>> Choices(Work work, Role role, GrantCase row, CancellationToken ct)
    {
        List<long> holders = await TeamForm.Holders(work, role).Select(grant => grant.PersonId).Distinct().Take(500).ToListAsync(ct);
        long? before = role == Role.FinLead ? row.FinLeadId : row.SignerId;
        return
        [
            .. (await PersonName.Of(work, [.. holders.Select(person => (long?)person), before], ct))
                .Where(person => person.Key != row.LeadId).OrderBy(person => person.Value, StringComparer.Ordinal)
                .Select(person => new PersonChoice(person.Key, person.Value)),
        ];
    }
}
