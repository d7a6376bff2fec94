using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Tests.Checks;

public sealed class CleanBooksTests
{
    [Fact]
    public async Task The_demo_foundation_is_clean()
    {
        (LocalConnections connections, Func<Task> drop) = await TestCluster.CloneDemo();
        Foundation demo = new(connections.Books, SystemClock.Instance, TestBody.LogKey);
        CheckReport report = await demo.SessionOf(3, 1).Ask(new CheckBooks());
        CheckedBody.Said(report).ShouldBeEmpty();
        report.Entries.ShouldBeGreaterThan(20);
        report.Checks.Where(check => check.Examined == 0).Select(check => check.Key).ShouldBe(["corrections"]);
        await drop();
    }

    [Fact]
    public async Task Books_with_gifts_expenses_and_waiting_vouchers_are_clean()
    {
        await using TestBody body = await CheckedBody.New();
        CheckedBody.Said(await CheckedBody.Check(body)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Blanked_words_are_no_fault()
    {
        await using TestBody body = await CheckedBody.New();
        await CheckedBody.Plant(body, "update narrative set text = null where narrative_id = 1");
        CheckedBody.Said(await CheckedBody.Check(body)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_reaches_some_funds_only_may_not_check_the_whole_book()
    {
        await using TestBody body = await CheckedBody.New();
        (await Should.ThrowAsync<RefusedException>(() => body.Foundation.SessionOf(99, body.Book).Ask(new CheckBooks())))
            .Refusal.Code.ShouldBe(Need.Missing);
    }

    [Fact]
    public async Task The_operator_sees_the_books_there_are()
    {
        await using TestBody body = await TestBody.New();
        (await body.Foundation.Operator().Ask(new BooksToCheck())).Select(book => book.Code).ShouldBe(["test"]);
        (await body.Foundation.Operator(body.Book).Ask(new CheckBooks())).IsClean.ShouldBeTrue();
    }
}
