using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Bans;

/// <summary>Whether a ban holds on a day.</summary>
public enum BanState
{
    /// <summary>It holds.</summary>
    InForce,

    /// <summary>Its first day is to come.</summary>
    Coming,

    /// <summary>Its last day is over.</summary>
    Over,

    /// <summary>Lifted before its day.</summary>
    Lifted,
}

/// <summary>A ban as the office reads it.</summary>
/// <param name="Paper">The filed paper, if there is one.</param>
/// <param name="LiftedBy">Empty if nobody did.</param>
public sealed record BanRow(
    long Id, string Name, PersonKind Kind, string Clause, string Evidence, string Resolution, long? Paper, LocalDate From, LocalDate Until,
    BanState State, string ImposedBy, Instant ImposedAt, string LiftedBy, Instant? LiftedAt, string LiftReason, bool MayLift);

/// <summary>Bans, those in force first.</summary>
/// <param name="Total">All there are; the oldest that are over may not be among the rows.</param>
public sealed record BanRegister(IReadOnlyList<BanRow> Rows, int Total, bool MayImpose, LocalDate Today);

/// <summary>Who may not apply, and who once could not.</summary>
public sealed record BanList : Query<BanRegister>
{
    private const int Shown = 200;

    internal override Need Needs => Need.Any(GrantRoles.Office);

    internal override async Task<BanRegister> Answer(Work work, CancellationToken ct)
    {
        IQueryable<GrantBan> all = work.Db.Set<GrantBan>().AsNoTracking().Where(row => row.BookId == work.Book);
        List<GrantBan> rows = await all.OrderByDescending(row => row.LiftedBy == null && row.UntilDay >= work.Today)
            .ThenByDescending(row => row.UntilDay).ThenByDescending(row => row.GrantBanId).Take(Shown).ToListAsync(ct);
        long[] people = [.. rows.SelectMany(row => new[] { row.PersonId, row.ImposedBy, row.LiftedBy ?? row.ImposedBy }).Distinct()];
        Dictionary<long, Person> named = await work.Db.People.AsNoTracking().Where(row => people.Contains(row.PersonId))
            .ToDictionaryAsync(row => row.PersonId, ct);
        bool may = work.Rights.ReachesAll(GrantRoles.Banning);
        return new BanRegister(
            [
                .. rows.Select(row =>
                {
                    BanState state = StateOf(row, work.Today);
                    return new BanRow(row.GrantBanId, named[row.PersonId].Name, named[row.PersonId].Kind, row.Clause, row.Evidence, row.Resolution,
                        row.FiledDocumentId, row.FromDay, row.UntilDay, state, named[row.ImposedBy].Name, row.ImposedAt,
                        row.LiftedBy is { } by ? named[by].Name : "", row.LiftedAt, row.LiftReason,
                        may && (state is BanState.InForce or BanState.Coming) && row.ImposedBy != work.Actor && row.PersonId != work.Actor);
                }),
            ],
            await all.CountAsync(ct), may, work.Today);
    }

    private static BanState StateOf(GrantBan ban, LocalDate today) =>
        ban.LiftedBy is not null ? BanState.Lifted : ban.UntilDay < today ? BanState.Over : ban.FromDay > today ? BanState.Coming : BanState.InForce;
}
