using CommunityFund.Books;
using CommunityFund.Grants.Screening;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Applications;

/// <summary>Who writes an application, and when.</summary>
internal static class WrittenCase
{
    /// <summary>The person has no part in writing this application.</summary>
    public const string NotWriter = "application.not-writer";

    /// <summary>Nothing is written now: it was sent, or this section was not opened for correction.</summary>
    public const string Closed = "application.closed";

    /// <summary>The corrected text was signed by one already, so it stays as that person read it.</summary>
    public const string SignedByOne = "application.signed-by-one";

    /// <summary>The lead and the financial lead write, and somebody of the desk for a group that came with a paper.</summary>
    public static IReadOnlyList<Role> Writers { get; } = [Role.Lead, Role.FinLead, Role.Desk];

    /// <summary>Whether the person writes this application.</summary>
    public static bool IsWriter(Work work, GrantCase row) => (row.LeadId == work.Actor && work.Rights.Holds(Role.Lead))
        || (row.FinLeadId == work.Actor && work.Rights.Holds(Role.FinLead)) || (row.FilledBy == work.Actor
            && work.Rights.Holds(Role.Lead, Role.Desk));

    /// <summary>The sections that may be written now: all of a draft, and those that were opened for correction.</summary>
    public static async Task<IReadOnlyList<SectionKind>> Open(Work work, GrantCase row, CancellationToken ct) => row.State switch
    {
        GrantState.Draft => Enum.GetValues<SectionKind>(),
        GrantState.CorrectionRequested when !await IsSigned(work, row, ct) =>
            [.. (await GrantCorrection.Of(work, row.GrantId, ct)).Select(item => item.Section).Distinct().Order()],
        _ => [],
    };

    /// <summary>The case, locked, if the person may write that section of it now.</summary>
    public static async Task<GrantCase> Lock(Work work, long grant, SectionKind section, CancellationToken ct)
    {
        GrantCase row = await GrantCase.Lock(work, grant, ct);
        if (!IsWriter(work, row))
        {
            throw new RefusedException(NotWriter, ("title", row.Title));
        }

        if ((await Open(work, row, ct)).Contains(section))
        {
            return row;
        }

        throw row.State == GrantState.CorrectionRequested && await IsSigned(work, row, ct)
            ? new RefusedException(SignedByOne, ("title", row.Title))
            : new RefusedException(Closed, ("title", row.Title), ("section", section), ("state", row.State));
    }

    /// <summary>Whether one has signed what was corrected.</summary>
    public static Task<bool> IsSigned(Work work, GrantCase row, CancellationToken ct) => work.Db.Set<GrantSignature>().AnyAsync(given =>
        given.BookId == work.Book && given.GrantId == row.GrantId && given.StateVersion == row.StateVersion && given.Move == GrantMove.Resubmit, ct);
}
