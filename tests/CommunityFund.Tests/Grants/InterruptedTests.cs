using System.Text.Json.Serialization;
using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Meetings;
using CommunityFund.Ledger;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Tests.Grants.Meetings;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CommunityFund.Tests.Grants;

/// <summary>
/// Votes, counts, decisions and awards that end in the middle, or are sent twice at once. When all is written and nothing committed, either
/// whoever waits goes away, and everything is as before; or the server's process dies, and the session does it anew, once.
/// </summary>
public sealed class InterruptedTests
{
    [Fact]
    public async Task A_vote_a_count_and_its_signatures_end_whole_or_not_at_all()
    {
        await using TestBody body = await TestBody.New();
        VotingRoom room = await VotingRoom.Assembled(body);
        await room.Chair.Run(new OpenVoting(TestBody.Key, room.Meeting));
        Guid key = TestBody.Key;
        Ballot ballot = new(key, room.Read("花园 1", "食堂 12", "课堂 1", "合唱 3"));
        await Survives(body, body.Foundation.Visitor(), new CastVote(key, await room.Pass("居民三"), ballot));
        (await Count(body, "grant_vote")).ShouldBe(4);
        await Survives(body, room.Chair, new CloseVoting(TestBody.Key, room.Meeting));
        await Survives(body, room.Chair, new OpenCount(TestBody.Key, room.Meeting));
        (await Count(body, "grant_tally")).ShouldBe(1);
        await room.Chair.Run(new SignTally(TestBody.Key, room.Meeting, 1));
        await room.Clerk.Run(new SignTally(TestBody.Key, room.Meeting, 1));
        await Survives(body, room.Second, new SignTally(TestBody.Key, room.Meeting, 1));
        foreach (string project in room.Projects.Keys)
        {
            (await room.State(project)).ShouldBe("ranked");
        }

        (await Count(body, "grant_rank")).ShouldBe(4);
    }

    [Fact]
    public async Task A_decision_and_an_award_end_whole_or_not_at_all_and_the_books_agree()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await grants.Ranked(1), other = await grants.Ranked(2, "书屋", 200);
        await Survives(body, grants.Steer, await grants.Decision(grant));
        Deliberation view = await grants.Steer.Ask(new SimulateDecisions(grants.Round, Amount.Yuan(12100)));
        await Survives(body, grants.Steer, new DecideByCutLine(AwardNotation.Key, grants.Round, view.Line,
            [.. view.Undecided.Select(row => new LineCase(row.Grant, row.Version))], Waits: true, "总额所限", "纪要〔2026〕3号"));
        (await grants.State(other)).ShouldBe(GrantState.Recommended);
        await Survives(body, grants.Desk, new PublishNotice(AwardNotation.Key, await grants.Written()));
        grants.Wait(8);
        await grants.Steer.Run(new AwardGrant(AwardNotation.Key, grant, await grants.Version(grant), "决议〔2026〕8号"));
        await Survives(body, grants.L2, new AwardGrant(AwardNotation.Key, grant, await grants.Version(grant), "决议〔2026〕8号"));
        (await grants.State(grant)).ShouldBe(GrantState.Awarded);
        (await Count(body, "grant_award")).ShouldBe(1);
        (await grants.Available()).ShouldBe(new FundNumberPair(Amount.Fen(0), Amount.Yuan(6200)));
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task What_is_sent_several_times_at_once_is_done_once_and_everybody_hears_the_same()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await grants.Ranked(1);
        DecideCase decides = await grants.Decision(grant);
        (await Often(() => grants.Steer.Run(decides))).ShouldAllBe(moved => moved.Happened);
        (await Count(body, "grant_decision")).ShouldBe(1);
        await grants.Desk.Run(new PublishNotice(AwardNotation.Key, await grants.Written()));
        grants.Wait(8);
        AwardGrant awards = new(AwardNotation.Key, grant, await grants.Version(grant), "决议〔2026〕8号");
        (await Often(() => grants.Steer.Run(awards))).ShouldAllBe(moved => !moved.Happened);
        (await Often(() => grants.L2.Run(awards with { Key = new Guid(7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7) }))).ShouldAllBe(moved => moved.Happened);
        (await Count(body, "grant_award")).ShouldBe(1);
        (await grants.Available()).ShouldBe(new FundNumberPair(Amount.Fen(0), Amount.Yuan(6200)));
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task Of_two_windows_the_second_is_refused_with_words_and_what_the_first_did_stands()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await grants.Ranked(1);
        DecideCase first = await grants.Decision(grant);
        DecideCase second = first with { Key = AwardNotation.Key, Kind = DecisionKind.Refuse, Shares = [], Reason = "改主意" };
        await grants.Steer.Run(first);
        Refusal stale = await AwardNotation.Refused(() => grants.Steer.Run(second));
        (stale.Code, stale.Facts["title"], stale.Facts["state"]).ShouldBe((GrantMoves.Stale, "老人助餐", GrantState.Recommended));
        (await grants.Steer.Ask(new AwardPage(grant))).Decisions.Single().Kind.ShouldBe(DecisionKind.Recommend);

        // The notice was taken back and given anew while the approver looked at the page: the old signature is not one under the new notice.
        await grants.Desk.Run(new PublishNotice(AwardNotation.Key, await grants.Written()));
        int seen = await grants.Version(grant);
        await grants.Desk.Run(new WithdrawNotice(AwardNotation.Key, (await grants.Desk.Ask(new NoticeDesk(grants.Round))).Notices[0].Id, "金额写错"));
        await grants.Desk.Run(new PublishNotice(AwardNotation.Key, await grants.Written()));
        grants.Wait(8);
        Refusal old = await AwardNotation.Refused(() => grants.Steer.Run(new AwardGrant(AwardNotation.Key, grant, seen, "决议〔2026〕8号")));
        (old.Code, old.Facts["state"]).ShouldBe((GrantMoves.Stale, GrantState.PublicNotice));
        (await grants.Award(grant)).Happened.ShouldBeTrue();
        await grants.ShouldBeClean();
    }

    /// <summary>Goes away once, dies once, and is sent once more: the state is the old one, then the new one, and stays it.</summary>
    private static async Task Survives<TAnswer>(TestBody body, FundSession session, Command<TAnswer> command)
    {
        string before = await Everything(body);
        using CancellationTokenSource gone = new();
        await Should.ThrowAsync<OperationCanceledException>(() => session.Run(new Interrupted<TAnswer>(command.Key, command, async (_, ct) =>
        {
            await gone.CancelAsync();
            ct.ThrowIfCancellationRequested();
        }), gone.Token));
        (await Everything(body)).ShouldBe(before);

        int deaths = 0;
        Interrupted<TAnswer> dies = new(command.Key, command, async (work, ct) =>
        {
            if (deaths++ == 0)
            {
                await work.Db.Database.ExecuteSqlAsync($"select pg_terminate_backend(pg_backend_pid())", ct);
            }
        });
        await session.Run(dies);
        deaths.ShouldBe(2);
        string after = await Everything(body);
        after.ShouldNotBe(before);
        await session.Run(dies);
        (await Everything(body)).ShouldBe(after);
    }

    private static Task<TAnswer[]> Often<TAnswer>(Func<Task<TAnswer>> run) => Task.WhenAll(Enumerable.Range(0, 5).Select(_ => run()));

    /// <summary>A digest of every table that a grant writes in, the books among them.</summary>
    private static async Task<string> Everything(TestBody body)
    {
        List<string> tables = [.. (await Rows(body, """
            select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
               and (relname like 'grant\_%' or relname in ('voucher', 'voucher_line', 'journal_entry', 'gift_lot', 'project', 'person')) order by relname
            """))];
        return string.Join('\n', await Rows(body, string.Join(" union all ", tables.Select(table =>
            $"select '{table} ' || coalesce(md5(string_agg(t::text, '' order by t::text)), '') from {table} t"))));
    }

    private static async Task<int> Count(TestBody body, string table) => int.Parse(
        (await Rows(body, $"select count(*)::text from {table}")).Single(), System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<List<string>> Rows(TestBody body, string sql)
    {
        await using NpgsqlConnection owner = new(body.Connections.Owner);
        await owner.OpenAsync();
        await using NpgsqlCommand command = new(sql, owner);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        List<string> rows = [];
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }

    /// <summary>The same command, to which something happens when all is written and nothing committed.</summary>
    private sealed record Interrupted<TAnswer>(
        Guid Key, [property: JsonIgnore] Command<TAnswer> Inner, [property: JsonIgnore] Func<Work, CancellationToken, Task> Happens)
        : Command<TAnswer>(Key)
    {
        internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => Inner.Needs(work, ct);

        internal override async Task<TAnswer> Apply(Work work, CancellationToken ct)
        {
            TAnswer answer = await Inner.Apply(work, ct);
            await work.Db.SaveChangesAsync(ct);
            await Happens(work, ct);
            return answer;
        }
    }
}
