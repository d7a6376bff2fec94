using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>What a page needs to know of the person and the book before anything else.</summary>
public sealed record Identity(string Name, string Body, LocalDate OpeningDay, LocalDate Today, IReadOnlySet<Role> Roles)
{
    public bool Is(params IReadOnlyList<Role> roles) => roles.Any(Roles.Contains);
}

/// <summary>Who is signed in, in which book, with which roles.</summary>
public sealed record WhoAmI : Query<Identity>
{
    internal override Need Needs => Need.Person;

    internal override async Task<Identity> Answer(Work work, CancellationToken ct)
    {
        Book book = await work.Db.Books.AsNoTracking().SingleAsync(book => book.BookId == work.Book, ct);
        var names = await PersonName.Of(work, [work.Actor], ct);
        return new Identity(names[work.ActorId], book.Name, book.OpeningDay, work.Today, work.Rights.Roles);
    }
}
