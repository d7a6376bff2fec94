using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.People;

/// <summary>A list of what was handed over, in a list of such.</summary>
public sealed record HandoverItem(long HandoverId, Role Role, string From, string To, string Supervisor, Instant DrawnAt, int Signatures);

/// <summary>Somebody who could hand over, take over or watch.</summary>
public sealed record HandoverPerson(long PersonId, string Name);

/// <summary>All handovers, newest first, and who can take part in the next.</summary>
public sealed record Handovers(IReadOnlyList<HandoverItem> Items, IReadOnlyList<HandoverPerson> People, bool MayDrawUp);

/// <summary>Handovers of this book.</summary>
public sealed record HandoverList : Query<Handovers>
{
    internal override Need Needs => Need.Any(HandoverPage.Readers).ForWholeBook();

    internal override async Task<Handovers> Answer(Work work, CancellationToken ct)
    {
        List<Handover> rows = await work.Db.Set<Handover>().AsNoTracking().Where(row => row.BookId == work.Book)
            .OrderByDescending(row => row.HandoverId).Take(200).ToListAsync(ct);
        Dictionary<long, int> signed = await work.Db.Set<HandoverSignature>().Where(row => row.BookId == work.Book)
            .GroupBy(row => row.HandoverId).ToDictionaryAsync(group => group.Key, group => group.Count(), ct);
        List<long> people = await Roster.Of(work).Select(login => login.PersonId).ToListAsync(ct);
        var names = await PersonName.Of(work, rows.SelectMany(row => new long?[] { row.FromId, row.ToId, row.SupervisorId })
            .Concat(people.Cast<long?>()), ct);
        return new Handovers(
            [
                .. rows.Select(row => new HandoverItem(row.HandoverId, row.Role, names[row.FromId], names[row.ToId],
                    names[row.SupervisorId], row.DrawnAt, signed.GetValueOrDefault(row.HandoverId))),
            ],
            [.. people.Select(person => new HandoverPerson(person, names[person])).OrderBy(person => person.PersonId)],
            work.Rights.ReachesAll(DrawUpHandover.Drawers));
    }
}
