using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.People;

/// <summary>A proposal with words instead of ids.</summary>
/// <param name="WhyNot">Code of the reason why the reader may not confirm it; null if she may.</param>
public sealed record ProposalView(
    long ProposalId, ProposalKind Kind, ProposalState State, string? Person, long? PersonId, Role? Role, string? Fund, LocalDate? From,
    LocalDate? Until, DutyPreset? Preset, IReadOnlyList<Role> Roles, string ProposedBy, Instant ProposedAt, string? DecidedBy,
    Instant? DecidedAt, bool IsMine, string? WhyNot);

/// <summary>What waits for a second person, and what was decided lately.</summary>
public sealed record ProposalList : Query<IReadOnlyList<ProposalView>>
{
    private const int Decided = 50;

    internal override Need Needs => Need.Any(ConfirmProposal.Confirmers).ForWholeBook();

    internal override async Task<IReadOnlyList<ProposalView>> Answer(Work work, CancellationToken ct)
    {
        IQueryable<Proposal> all = work.Db.Set<Proposal>().AsNoTracking().Where(row => row.BookId == work.Book);
        List<Proposal> rows =
        [
            .. await all.Where(row => row.State == ProposalState.Waiting).OrderBy(row => row.ProposalId).ToListAsync(ct),
            .. await all.Where(row => row.State != ProposalState.Waiting).OrderByDescending(row => row.DecidedAt).Take(Decided)
                .ToListAsync(ct),
        ];
        var names = await PersonName.Of(work, rows.SelectMany(row => new[] { row.PersonId, row.ProposedBy, row.DecidedBy }), ct);
        Dictionary<int, string> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId, fund => fund.Name);
        List<ProposalView> views = [];
        foreach (Proposal row in rows)
        {
            views.Add(new ProposalView(
                row.ProposalId, row.Kind, row.State, row.PersonId is { } person ? names[person] : null, row.PersonId,
                row.Role is { } role ? Codes.Parse<Role>(role) : null, row.FundId is { } fund ? funds[fund] : null, row.ValidFrom,
                row.ValidUntil, row.Kind == ProposalKind.Duties ? Codes.Parse<DutyPreset>(row.Setting) : null,
                row.Kind == ProposalKind.SecondFactor ? SecondFactorRule.Read(row.Setting) : [], names[row.ProposedBy], row.ProposedAt,
                row.DecidedBy is { } decider ? names[decider] : null, row.DecidedAt, row.ProposedBy == work.Actor,
                row.State == ProposalState.Waiting ? await ConfirmProposal.WhyNot(work, row, ct) : null));
        }

        return views;
    }
}
