using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Meetings;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Grants.Life;

namespace CommunityFund.Tests.Grants.Meetings;

/// <summary>What the desk prepares before a meeting: who speaks when, and numbered ballots.</summary>
public sealed class MeetingDeskTests
{
    [Fact]
    public async Task The_desk_orders_the_agenda_and_a_page_that_another_overtook_moves_nothing()
    {
        await using TestBody body = await TestBody.New();
        VotingRoom room = await VotingRoom.New(body);
        await room.Announce();
        await room.PutAll();
        long[] seen = await Order(room), moved = [seen[1], seen[0], seen[2], seen[3]];
        OrderAgenda order = new(TestBody.Key, room.Meeting, moved, seen);
        await room.Desk.Run(order);
        await room.Desk.Run(order);
        (await Order(room)).ShouldBe(moved);

        // Another of the desk has the old page open in a second window.
        Refusal stale = await BankNotation.RefusalOf(() => room.As("蒋协调").Run(
            new OrderAgenda(TestBody.Key, room.Meeting, [seen[0], seen[1], seen[3], seen[2]], seen)));
        (stale.Code, stale.Facts["title"]).ShouldBe((OrderAgenda.Stale, "2026 年春季评审会"));
        (await Order(room)).ShouldBe(moved);
        (await BankNotation.RefusalOf(() => room.Desk.Run(new OrderAgenda(TestBody.Key, room.Meeting, moved[1..], moved)))).Code
            .ShouldBe(OrderAgenda.NotAll);

        // What stands in the order is what the ballots and the notice show.
        (await room.Desk.Ask(new MeetingNotice(room.Meeting))).Agenda.Select(row => row.Grant).ShouldBe(moved);
        (await room.Desk.Ask(new BlankBallots(room.Meeting, 1, 1))).Projects.Select(row => row.Grant).ShouldBe(moved);
    }

    [Fact]
    public async Task A_case_of_another_round_comes_before_the_meeting_of_its_own()
    {
        await using TestBody body = await TestBody.New();
        VotingRoom room = await VotingRoom.New(body);
        await room.Announce();
        long other = await body.Case(await body.Called("2026-9"), room.Person("李负责"), GrantState.Eligible);
        (await BankNotation.RefusalOf(() => room.Desk.Run(new PutCasesOnAgenda(TestBody.Key, room.Meeting, [new AgendaCase(other, 1)]))))
            .ShouldSay(PutCasesOnAgenda.OtherRound, "“点亮楼道”不是本轮的申请", "“点亮楼道” is of another round");
    }

    [Fact]
    public async Task Blank_ballots_are_numbered_and_a_number_that_was_handed_out_is_not_printed_again()
    {
        await using TestBody body = await TestBody.New();
        VotingRoom room = await VotingRoom.New(body);
        long drawn = await room.Desk.Run(VotingRoom.Rules(room.Round));
        (await BankNotation.RefusalOf(() => room.Desk.Ask(new BlankBallots(drawn, 1, 10)))).Code.ShouldBe(GrantMeeting.NotLocked);
        await room.Announce();
        (await BankNotation.RefusalOf(() => room.Desk.Ask(new BlankBallots(room.Meeting, 1, 10))))
            .ShouldSay(BlankBallots.Nothing, "“2026 年春季评审会”的议程还没有项目", "No project is on the agenda");
        await room.PutAll();
        BlankBallotsView view = await room.Desk.Ask(new BlankBallots(room.Meeting, 1, 3));
        view.Serials.ShouldBe([1, 2, 3]);
        (view.Projects.Count, view.Head.Criteria.Count).ShouldBe((4, 3));
        foreach (var (from, count) in new[] { (0, 1), (1, 0), (1, 501), (99999, 2), (100000, 1) })
        {
            (await BankNotation.RefusalOf(() => room.Desk.Ask(new BlankBallots(room.Meeting, from, count))))
                .ShouldSay(BlankBallots.BadRange, "一次印 1 到 500 张", "printed 1 to 500 at a time");
        }

        (await BankNotation.RefusalOf(() => room.Clerk.Ask(new BlankBallots(room.Meeting, 1, 1)))).Code.ShouldBe(Need.Missing);
        await room.Roll();
        body.Clock.Now = NodaTime.Instant.FromUtc(2026, 3, 25, 6, 30);
        await room.Clerk.Run(new CheckIn(TestBody.Key, room.Meeting, room.Person("居民三")));
        await room.Issue("居民三", 7);
        (await room.Desk.Ask(new BallotPlan(room.Meeting))).Next.ShouldBe(8);
        Refusal handed = await BankNotation.RefusalOf(() => room.Desk.Ask(new BlankBallots(room.Meeting, 5, 5)));
        (handed.Code, handed.Facts["serial"]).ShouldBe((IssuePaper.SerialTaken, 7));
        (await room.Desk.Ask(new BlankBallots(room.Meeting, 8, 300))).Serials[^1].ShouldBe(307);
    }

    [Fact]
    public async Task Ballots_are_printed_two_on_a_sheet_or_flow_over_several()
    {
        await using TestBody body = await TestBody.New();
        VotingRoom room = await VotingRoom.New(body);
        await room.Announce();
        await room.PutAll();
        Words words = Words.From([typeof(Words).Assembly]);
        await using PdfPress press = new();
        BlankBallotsView few = await room.Desk.Ask(new BlankBallots(room.Meeting, 1, 3));
        BlankBallotsView many = few with
        {
            Serials = [41, 42],
            Projects = [.. Enumerable.Range(1, 60).Select(no => few.Projects[0] with { Order = (short)no, Title = $"社区里很长很长的项目名称 {no}" })],
        };
        foreach (var (name, view, pages) in new[] { ("few", few, 2), ("many", many, 6) })
        {
            byte[] pdf = await press.Print(BallotPaper.Of(view, words), words);
            if (Environment.GetEnvironmentVariable("KEEP_PDF") is { Length: > 0 } folder)
            {
                await File.WriteAllBytesAsync(Path.Combine(folder, $"ballots-{name}.pdf"), pdf);
            }

            System.Text.RegularExpressions.Regex.Count(System.Text.Encoding.Latin1.GetString(pdf), @"/Type\s*/Page\b").ShouldBe(pages, name);
        }
    }

    private static async Task<long[]> Order(VotingRoom room) =>
        [.. (await room.Desk.Ask(new MeetingPage(room.Meeting))).Agenda.Select(row => row.Grant)];
}
