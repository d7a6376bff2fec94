using CommunityFund.Grants.Meetings;
using CommunityFund.Tests.Books;
using Npgsql;

namespace CommunityFund.Tests.Grants.Meetings;

/// <summary>Attacks on a vote, by the tables' owner and by the app's login. All fail, so one room serves them all: on 花园 the vote is over, on
/// 食堂 it is open, the others wait; 居民四 holds ballot 101.</summary>
public sealed class VoteWallTests(VoteWallTests.Open open) : IClassFixture<VoteWallTests.Open>
{
    private const string Vote = "insert into grant_vote select 1, 1, {0}, person_id, decode(repeat('00', 29), 'hex') from person where name = '{1}'";
    private const string Key = "insert into grant_ballot_keying values (1, 1, {0}, 101, {1}, 1, now(), {2}, decode(repeat('00', 29), 'hex'))";

    [Theory]
    [InlineData("meeting_rules_fixed", "update grant_meeting_criterion set weight = 60 where no = 1")]
    [InlineData("meeting_rules_fixed", "delete from grant_meeting_group")]
    [InlineData("meeting_rules_fixed", "insert into grant_meeting_criterion values (1, 1, 4, '新项', 5)")]
    [InlineData("meeting_rules_fixed", "update grant_meeting set mode = 'count'")]
    [InlineData("meeting_rules_fixed", "update grant_meeting set quorum = 1")]
    [InlineData("meeting_rules_fixed", "update grant_meeting set rules_text = 'x', rules_hash = sha256('x')")]
    [InlineData("meeting_rules_fixed", "update grant_meeting set noticed_on = '2026-01-01'")]
    [InlineData("register_out_of_turn", "update grant_meeting set state = 'dropped'")]
    [InlineData("append_only", "truncate grant_meeting cascade")]
    [InlineData("append_only", "delete from grant_meeting_item")]
    [InlineData("agenda_out_of_turn", "update grant_meeting_item set state = 'open', closed_at = null where state = 'closed'")]
    [InlineData("agenda_out_of_turn", "update grant_meeting_item set state = 'closed', opened_at = now(), closed_at = now() where state = 'listed'")]
    [InlineData("meeting_has_opened", "update grant_meeting_item set state = 'taken-off' where state = 'listed'")]
    [InlineData("meeting_has_opened", "insert into grant_meeting_voter values (1, 1, 1, 1, '', '12345678', decode(repeat('00', 16), 'hex'), null, 'none', 1, now())")]
    [InlineData("append_only", "update grant_meeting_voter set group_no = 2")]
    [InlineData("append_only", "delete from grant_meeting_voter")]
    [InlineData("vote_one_channel", "update grant_meeting_voter set channel = 'phone' where channel = 'paper'")]
    [InlineData("vote_one_channel", "update grant_meeting_voter set channel = 'none' where channel = 'phone'")]
    [InlineData("voter_stays", "update grant_meeting_voter set present_at = null where channel = 'none'")]
    [InlineData("paper_unlike_voters", "update grant_meeting_voter set channel = 'paper' where channel = 'none' and present_at is not null")]
    [InlineData("recusal_decided", "update grant_recusal set reason = 'other' where grant_id = {0}", "合唱")]
    [InlineData("append_only", "delete from grant_recusal")]
    [InlineData("recusal_late", "insert into grant_recusal select 1, 1, v.person_id, i.grant_id, 'other', false, 'asked', v.person_id, now() from grant_meeting_voter v, grant_meeting_item i where i.state = 'open' and v.channel = 'none' limit 1")]
    [InlineData("recusal_after_paper", "insert into grant_recusal select 1, 1, v.person_id, i.grant_id, 'other', false, 'asked', v.person_id, now() from grant_meeting_voter v, grant_meeting_item i where i.state = 'listed' and v.channel = 'paper' limit 1")]
    [InlineData("vote_not_open", Vote, "花园", "居民三")]
    [InlineData("vote_not_open", Vote, "课堂", "居民三")]
    [InlineData("vote_on_paper", Vote, "食堂", "居民四")]
    [InlineData("vote_not_present", Vote, "食堂", "委员三")]
    [InlineData("vote_recused", Vote, "食堂", "委员一")]
    [InlineData("vote_not_open", "update grant_vote set sealed = decode(repeat('00', 29), 'hex') where grant_id = {0}", "花园")]
    [InlineData("append_only", "delete from grant_vote")]
    [InlineData("paper_late", "insert into grant_ballot values (1, 1, 900, 1, '{}', 'out')")]
    [InlineData("paper_late", "update grant_ballot set state = 'exchanged'")]
    [InlineData("append_only", "update grant_ballot set serial = 102")]
    [InlineData("paper_out_of_turn", Key, "1", "1, 1", "null")]
    [InlineData("append_only", "truncate grant_ballot_keying")]
    [InlineData("tally_out_of_turn", "insert into grant_tally values (1, 1, 1, 'opened', '', 1, now(), 1, now(), null, 8, 0, 0, 0, 0)")]
    [InlineData("tally_out_of_turn", "insert into grant_tally values (1, 1, 2, 'keying', 'x', 1, now(), null, null, null, 0, 0, 0, 0, 0)")]
    [InlineData("tally_out_of_turn", "insert into grant_tally_group select 1, 1, 1, grant_id, 1, 8 from grant_meeting_item")]
    [InlineData("tally_unsigned", "insert into grant_rank select 1, grant_id, 1, 1, 1, '99', now() from grant_meeting_item limit 1")]
    public async Task A_vote_holds_against_everybody(string constraint, string attack, string first = "", string second = "", string third = "")
    {
        attack = attack.Replace("{0}", open.Room.Projects.TryGetValue(first, out long grant) ? $"{grant}" : first, StringComparison.Ordinal)
            .Replace("{1}", second, StringComparison.Ordinal).Replace("{2}", third, StringComparison.Ordinal);
        PostgresException refused = await Should.ThrowAsync<PostgresException>(() => Run(open.Room.Body.Connections.Owner, attack));
        ConstraintWordsTests.Tell(refused);
        refused.ConstraintName.ShouldBe(constraint);
        PostgresException app = await Should.ThrowAsync<PostgresException>(() => Run(open.Room.Body.Connections.Books, attack));
        (app.SqlState == PostgresErrorCodes.InsufficientPrivilege || app.ConstraintName == constraint).ShouldBeTrue(app.MessageText);
    }

    private static async Task Run(string connection, string sql)
    {
        await using NpgsqlConnection to = new(connection);
        await to.OpenAsync();
        await using NpgsqlCommand command = new(sql, to);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A room in the middle of its vote.</summary>
    public sealed class Open : IAsyncLifetime
    {
        internal VotingRoom Room { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            TestBody body = await TestBody.New();
            Room = await VotingRoom.Assembled(body);
            await body.Foundation.Visitor().Run(new DeclareRecusal(TestBody.Key, await Room.Pass("委员一"), Room.Projects["食堂"], RecusalReason.Family));
            await Room.Chair.Run(new ConfirmRecusal(TestBody.Key, Room.Meeting, Room.Person("委员一"), Room.Projects["食堂"], true));
            await Room.Issue("居民四", 101);
            await Room.Chair.Run(new OpenVoting(TestBody.Key, Room.Meeting, Room.Projects["花园"]));
            await Room.Chair.Run(new OpenVoting(TestBody.Key, Room.Meeting, Room.Projects["食堂"]));
            await Room.Vote("居民三", "花园 1", "食堂 12");
            await Room.Vote("委员一", "花园 1");
            await Room.Chair.Run(new CloseVoting(TestBody.Key, Room.Meeting, Room.Projects["花园"]));
        }

        public ValueTask DisposeAsync() => Room.Body.DisposeAsync();
    }
}
