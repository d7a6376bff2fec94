using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.People;

/// <summary>Somebody the books know, and until when vouchers that name her must be kept.</summary>
/// <param name="KeptUntil">The first day on which she may be erased; null if no voucher names her.</param>
public sealed record PersonToErase(long PersonId, string Name, PersonKind Kind, LocalDate? KeptUntil, bool HasRole);

/// <summary>Who is called so, letter by letter: signing in here, named on a voucher of this book, or no longer in its time bank.</summary>
public sealed record ErasureSearch(string Name) : Query<IReadOnlyList<PersonToErase>>
{
    internal override Need Needs => Need.Any(Role.Admin).ForWholeBook();

    internal override Task<IReadOnlyList<PersonToErase>> Answer(Work work, CancellationToken ct)
    {
        string name = PlainText.Of(Name);
        return Of(work, work.Db.People.Where(row => row.Name == name), ct);
    }

    internal static async Task<IReadOnlyList<PersonToErase>> Of(Work work, IQueryable<Person> people, CancellationToken ct)
    {
        IQueryable<long> left = work.Db.Database.SqlQuery<long>(
            $"""select person_id as "Value" from member where book_id = {work.Book} and left_on is not null""");
        List<PersonToErase> found = [];
        foreach (Person person in await people.AsNoTracking()
            .Where(row => !work.Db.Set<Erasure>().Any(gone => gone.PersonId == row.PersonId)
                && (Roster.Of(work).Any(login => login.PersonId == row.PersonId)
                    || left.Contains(row.PersonId)
                    || work.Db.VoucherLines.Any(line => line.BookId == work.Book && line.CounterpartyId == row.PersonId)))
            .OrderBy(row => row.PersonId).Take(20).ToListAsync(ct))
        {
            DateOnly? kept = (await work.Db.Database.SqlQuery<DateOnly?>($"""select erasable_from({person.PersonId}) as "Value" """)
                .ToListAsync(ct))[0];
            found.Add(new PersonToErase(person.PersonId, person.Name, person.Kind,
                kept is { } day ? LocalDate.FromDateOnly(day) : null,
                await work.Db.Set<RoleGrant>().AnyAsync(grant => grant.PersonId == person.PersonId
                    && (grant.ValidUntil == null || grant.ValidUntil >= work.Today), ct)));
        }

        return found;
    }
}
