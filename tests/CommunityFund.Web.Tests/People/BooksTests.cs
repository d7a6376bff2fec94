using System.Net;
using CommunityFund.Books;
using CommunityFund.People;
using CommunityFund.Web.Tests.Authorization;
using NodaTime;

namespace CommunityFund.Web.Tests.People;

/// <summary>Somebody with roles in the books of two bodies: one sign-in, one book at a time, and rights that are asked anew.</summary>
public sealed class BooksTests(TwoBooks books) : IClassFixture<TwoBooks>
{
    [Fact]
    public async Task Who_has_roles_in_two_books_goes_from_one_to_the_other_and_nowhere_else()
    {
        long officer = books.People[Role.FinanceOffice];
        await books.Foundation.Operator(books.Foreign).Run(new GrantRole(
            Guid.NewGuid(), officer, Role.FinanceOffice, null, new LocalDate(2026, 1, 1), null));
        using Visitor visitor = await Visitor.SignedIn(books.Site, TwoBooks.UserNameOf(Role.FinanceOffice));
        (await visitor.Read("/People/Books")).ShouldContain("别处基金会");
        (await visitor.Read("/")).ShouldContain("清河慈善会");

        (await visitor.Post("/People/Books", ("book", $"{books.Foreign}"))).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        string there = await visitor.Read("/");
        there.ShouldContain("别处基金会");
        TwoBooks.GivenAway(there).ShouldBeEmpty();

        using Visitor other = await Visitor.SignedIn(books.Site, TwoBooks.UserNameOf(Role.Accountant));
        string refused = await (await other.Post("/People/Books", ("book", $"{books.Foreign}"))).Content.ReadAsStringAsync();
        refused.ShouldContain("data-code=\"sign-in.no-role\"");
        (await other.Read("/")).ShouldContain("清河慈善会");
    }
}
