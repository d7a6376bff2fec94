using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.People;

/// <summary>A version of the matrix with who asked for it and who agreed.</summary>
public sealed record DutyVersion(DutyPreset Preset, LocalDate From, string? ProposedBy, string? ConfirmedBy, IReadOnlyList<DutyPair> Pairs);

/// <summary>What is kept apart now and was before, and which roles need a second factor.</summary>
/// <param name="Versions">Newest first; the first is in force.</param>
public sealed record DutyView(IReadOnlyList<DutyVersion> Versions, IReadOnlyList<Role> SecondFactor, bool MayPropose);

/// <summary>The separations in force, for whoever keeps, watches or administers the books.</summary>
public sealed record DutyPage : Query<DutyView>
{
    internal static readonly Role[] Readers =
        [Role.Admin, Role.FinanceOffice, Role.Panel, Role.Accountant, Role.VoucherReviewer, Role.Steer];

    internal override Need Needs => Need.Any(Readers);

    internal override async Task<DutyView> Answer(Work work, CancellationToken ct)
    {
        List<DutyMatrix> rows = await work.Db.Set<DutyMatrix>().AsNoTracking().Where(row => row.BookId == work.Book)
            .OrderByDescending(row => row.MatrixId).ToListAsync(ct);
        ILookup<long, DutyPairRow> pairs = (await work.Db.Set<DutyPairRow>().AsNoTracking().Where(row => row.BookId == work.Book)
            .ToListAsync(ct)).ToLookup(row => row.MatrixId);
        long?[] asked = [.. rows.Select(row => row.ProposalId)];
        Dictionary<long, Proposal> proposals = await work.Db.Set<Proposal>().AsNoTracking()
            .Where(row => row.BookId == work.Book && asked.Contains(row.ProposalId)).ToDictionaryAsync(row => row.ProposalId, ct);
        var names = await PersonName.Of(work, proposals.Values.SelectMany(row => new[] { row.ProposedBy, row.DecidedBy }), ct);
        return new DutyView(
            [
                .. rows.Select(row => (row, by: row.ProposalId is { } id ? proposals[id] : null)).Select(pair => new DutyVersion(
                    pair.row.Preset, pair.row.ValidFrom, pair.by is null ? null : names[pair.by.ProposedBy],
                    pair.by?.DecidedBy is { } second ? names[second] : null,
                    [.. pairs[pair.row.MatrixId].Select(row => row.Pair).OrderBy(duty => duty.One).ThenBy(duty => duty.Other)])),
            ],
            await SecondFactorRule.InForce(work.Db, work.Book, ct), work.Rights.ReachesAll(Role.Admin));
    }
}
