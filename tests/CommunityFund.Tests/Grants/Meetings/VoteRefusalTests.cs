using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Meetings;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Tests.Grants.Meetings;

/// <summary>What may not be about a meeting, each provoked, and said in both languages with its facts.</summary>
public sealed class VoteRefusalTests
{
    private static readonly Words Spoken = Words.From([typeof(Words).Assembly]);

    // Chinese asks with 请 or says what comes first; the refusals of a voter's phone may just say what is so.
    private static readonly string[] Asks = ["请", "先", "可以", "不用", "不能改", "不能再", "没有"];

    [Fact]
    public async Task Rules_that_cannot_be_are_refused_before_anybody_locks_them()
    {
        await using TestBody body = await TestBody.New();
        VotingRoom room = await VotingRoom.New(body);
        ProposeMeeting rules = VotingRoom.Rules(room.Round);
        await Refused(() => room.Desk.Run(rules with { Key = TestBody.Key, Place = " " }), ProposeMeeting.WordsMissing);
        await Refused(() => room.Desk.Run(rules with { Key = TestBody.Key, At = "25:00" }), ProposeMeeting.WordsMissing);
        await Refused(() => room.Desk.Run(rules with { Key = TestBody.Key, On = new LocalDate(2026, 3, 19) }), ProposeMeeting.WordsMissing);
        await Refused(() => room.Desk.Run(rules with { Key = TestBody.Key, Criteria = [new("公益性", 40), new("可行性", 35)] }), ProposeMeeting.WeightsUnequal, "sum");
        await Refused(() => room.Desk.Run(rules with { Key = TestBody.Key, Criteria = [new("公益性", 60), new("公益性", 40)] }), ProposeMeeting.WeightsUnequal);
        await Refused(() => room.Desk.Run(rules with { Key = TestBody.Key, Criteria = [new("公益性", 101), new("可行性", -1)] }), ProposeMeeting.WeightsUnequal);
        await Refused(() => room.Desk.Run(rules with { Key = TestBody.Key, Groups = [new("居民", 1, 3), new("居民", 1, 3)] }), ProposeMeeting.GroupsWrong);
        await Refused(() => room.Desk.Run(rules with { Key = TestBody.Key, WeighsGroups = true, Groups = [new("居民", 0, 3)] }), ProposeMeeting.GroupsWrong);
        await Refused(() => room.Desk.Run(rules with { Key = TestBody.Key, Ties = [TieRule.MoreVotes] }), ProposeMeeting.TiesWrong);
        await Refused(() => room.Desk.Run(rules with { Key = TestBody.Key, Ties = [TieRule.Lots, TieRule.Lots] }), ProposeMeeting.TiesWrong);
        await Refused(() => room.Desk.Run(rules with { Key = TestBody.Key, Round = 99 }), ProposeMeeting.RoundNotAgreed);
        await Refused(() => room.Chair.Run(rules with { Key = TestBody.Key }), Need.Missing);

        long meeting = await room.Desk.Run(rules);
        await Refused(() => room.Desk.Run(new LockMeeting(TestBody.Key, meeting)), LockMeeting.OwnMeeting, "title");
        await Refused(() => room.Desk.Run(new PublishMeetingNotice(TestBody.Key, meeting, "公告栏")), GrantMeeting.NotLocked, "title");
        await Refused(() => room.Desk.Ask(new MeetingNotice(meeting)), GrantMeeting.NotLocked, "title");
        await Refused(() => room.Desk.Run(new AddVoters(TestBody.Key, meeting, [new("王芳", "居民代表")])), GrantMeeting.NotLocked, "title");
        AgendaCase garden = new(room.Projects["花园"], room.Version(room.Projects["花园"]));
        await Refused(() => room.Desk.Run(new PutCasesOnAgenda(TestBody.Key, meeting, [garden])), GrantMeeting.NotLocked, "title");
        await room.Chair.Run(new LockMeeting(TestBody.Key, meeting));
        await Refused(() => room.Chair.Run(new LockMeeting(TestBody.Key, meeting)), LockMeeting.Decided, "title");
        await Refused(() => room.Chair.Run(new DropMeeting(TestBody.Key, meeting)), LockMeeting.Decided, "title");
        await Refused(() => room.Desk.Run(new PutCasesOnAgenda(TestBody.Key, meeting, [garden])), MeetingNeeds.NotNoticed, "title", "starts");
        await Refused(() => room.Desk.Run(new PublishMeetingNotice(TestBody.Key, meeting, "")), PublishMeetingNotice.WhereMissing, "limit");
        body.Clock.Now = Instant.FromUtc(2026, 3, 23, 2, 0);
        await Refused(() => room.Desk.Run(new PublishMeetingNotice(TestBody.Key, meeting, "公告栏")), MeetingNeeds.NotNoticed, "title", "starts");
        body.Clock.Now = Instant.FromUtc(2026, 3, 22, 2, 0);
        await room.Desk.Run(new PublishMeetingNotice(TestBody.Key, meeting, "公告栏"));
        await Refused(() => room.Desk.Run(new PublishMeetingNotice(TestBody.Key, meeting, "公告栏")), PublishMeetingNotice.Twice, "title", "day");
        await Refused(() => room.Desk.Run(new PutCasesOnAgenda(TestBody.Key, meeting, [])), PutCasesOnAgenda.NoCases);
        await Refused(() => room.Desk.Run(new PutCasesOnAgenda(TestBody.Key, meeting, [garden with { Version = garden.Version - 1 }])), GrantMoves.Stale);
        await Refused(() => room.Desk.Ask(new MeetingPage(99)), GrantMeeting.Unknown, "meeting");
    }

    [Fact]
    public async Task The_move_onto_the_agenda_says_why_it_is_not_open_yet()
    {
        await using TestBody body = await TestBody.New();
        VotingRoom room = await VotingRoom.New(body);
        await Refused(() => room.Desk.Run(new WhyNotOnAgenda(TestBody.Key, room.Projects["花园"])), MeetingNeeds.NoMeeting);
        long meeting = await room.Desk.Run(VotingRoom.Rules(room.Round));
        await Refused(() => room.Desk.Run(new WhyNotOnAgenda(TestBody.Key, room.Projects["花园"])), MeetingNeeds.NotNoticed, "title");
        await room.Chair.Run(new LockMeeting(TestBody.Key, meeting));
        await room.Desk.Run(new PublishMeetingNotice(TestBody.Key, meeting, "公告栏"));
        (await room.Desk.Run(new WhyNotOnAgenda(TestBody.Key, room.Projects["花园"]))).ShouldBeTrue();
    }

    [Fact]
    public async Task Roll_and_recusals_hold_what_they_must()
    {
        await using TestBody body = await TestBody.New();
        VotingRoom room = await VotingRoom.New(body);
        await room.Announce();
        await room.PutAll();
        await Refused(() => room.Desk.Run(new AddVoters(TestBody.Key, room.Meeting, [])), AddVoters.NoVoters, "limit");
        await Refused(() => room.Desk.Run(new AddVoters(TestBody.Key, room.Meeting, [new("王芳", "专家")])), AddVoters.NoSuchGroup, "name", "group", "groups");
        await Refused(() => room.Desk.Run(new AddVoters(TestBody.Key, room.Meeting, [new("王芳", "居委会"), new(" 王芳 ", "居民代表")])), AddVoters.VoterTwice, "name");
        await room.Roll();
        await Refused(() => room.Desk.Run(new AddVoters(TestBody.Key, room.Meeting, [new("居民一", "居委会")])), AddVoters.VoterTwice, "name");
        await Refused(() => room.Clerk.Run(new CheckIn(TestBody.Key, room.Meeting, 1)), GrantMeetingVoter.NotOnRoll);
        await Refused(() => room.Clerk.Ask(new VoterSlips(room.Meeting)), Need.Missing);

        VoterPass third = await room.Pass("居民三");
        FundSession phone = body.Foundation.Visitor();
        await Refused(() => phone.Ask(new VoteCard(third with { Code = "AAAAAAAA" })), GrantMeetingVoter.CodeUnknown);
        await Refused(() => phone.Ask(new VoteCard(third with { Ticket = "00000000" })), GrantMeetingVoter.CodeUnknown);
        await Refused(() => phone.Ask(new VoteCard(third with { Meeting = room.Meeting + 1 })), GrantMeetingVoter.CodeUnknown);
        await Refused(() => phone.Ask(new VoteCard(new VoterPass(room.Meeting, "", ""))), GrantMeetingVoter.CodeUnknown);
        DeclareRecusal steps = new(TestBody.Key, third, room.Projects["食堂"], RecusalReason.Payee);
        await Refused(() => phone.Run(steps with { Key = TestBody.Key, Reason = RecusalReason.Lead }), DeclareRecusal.NotDeclarable);
        await Refused(() => phone.Run(steps with { Key = TestBody.Key, Grant = 99 }), DeclareRecusal.NotDeclarable);
        await phone.Run(steps);
        await Refused(() => phone.Run(steps with { Key = TestBody.Key }), DeclareRecusal.Known);
        await Refused(() => room.Chair.Run(new ConfirmRecusal(TestBody.Key, room.Meeting, room.Person("居民四"), room.Projects["食堂"], true)), ConfirmRecusal.Nothing);

        // The chair votes too, and decides about others alone.
        await room.Desk.Run(new AddVoters(TestBody.Key, room.Meeting, [new("方主持", "居委会")]));
        await room.Chair.Run(new DeclareRecusal(TestBody.Key, VoterPass.SignedIn(room.Meeting), room.Projects["食堂"], RecusalReason.Family));
        await Refused(() => room.Chair.Run(new ConfirmRecusal(TestBody.Key, room.Meeting, room.Person("方主持"), room.Projects["食堂"], true)), ConfirmRecusal.OwnRecusal);

        body.Clock.Now = Instant.FromUtc(2026, 3, 25, 6, 30);
        await Refused(() => room.Clerk.Run(new IssuePaper(TestBody.Key, room.Meeting, room.Person("居民三"), 7)), IssuePaper.NotPresent);
        await room.Clerk.Run(new CheckIn(TestBody.Key, room.Meeting, room.Person("居民三")));
        await Refused(() => room.Clerk.Run(new IssuePaper(TestBody.Key, room.Meeting, room.Person("居民三"), 7)), IssuePaper.RecusalOpen);
        await Refused(() => room.Chair.Run(new OpenVoting(TestBody.Key, room.Meeting)), MeetingNeeds.NoQuorum, "present", "quorum");
        await room.Chair.Run(new ConfirmRecusal(TestBody.Key, room.Meeting, room.Person("居民三"), room.Projects["食堂"], true));
        await room.Clerk.Run(new IssuePaper(TestBody.Key, room.Meeting, room.Person("居民三"), 7));
        await Refused(() => room.Clerk.Run(new IssuePaper(TestBody.Key, room.Meeting, room.Person("居民三"), 8)), IssuePaper.HasChannel, "channel");
        await Refused(() => room.Clerk.Run(new ExchangePaper(TestBody.Key, room.Meeting, 99, 8)), KeyPaper.UnknownPaper, "serial");
        await Refused(() => room.Clerk.Run(new ExchangePaper(TestBody.Key, room.Meeting, 7, 7)), IssuePaper.SerialTaken, "serial");
        await Refused(() => phone.Run(new DeclareRecusal(TestBody.Key, third, room.Projects["课堂"], RecusalReason.Family)), "database.recusal-after-paper");
        await Refused(() => room.Clerk.Run(new CheckIn(TestBody.Key, room.Meeting, room.Person("居民三"), IsHere: false)), "database.voter-stays");
        await Refused(() => room.Vote("居民三", "课堂 1"), IssuePaper.HasChannel, "channel");
        foreach (string voter in new[] { "居民一", "居民二", "居民四", "居民五", "委员一" })
        {
            await room.Clerk.Run(new CheckIn(TestBody.Key, room.Meeting, room.Person(voter)));
        }

        await Refused(() => room.Chair.Run(new OpenVoting(TestBody.Key, room.Meeting)), MeetingNeeds.NoGroupQuorum, "group", "present", "quorum");
        await room.Clerk.Run(new CheckIn(TestBody.Key, room.Meeting, room.Person("委员二")));
        await Refused(() => room.Chair.Run(new OpenVoting(TestBody.Key, room.Meeting)), "database.recusal-undecided");
        await room.Chair.Run(new OpenVoting(TestBody.Key, room.Meeting, room.Projects["花园"]));
        await Refused(() => phone.Run(new DeclareRecusal(TestBody.Key, third, room.Projects["花园"], RecusalReason.Family)), "database.recusal-late");
        await Refused(() => room.Desk.Run(new AddVoters(TestBody.Key, room.Meeting, [new("迟到", "居委会")])), MeetingNeeds.Opened, "title");
        await Refused(() => room.Desk.Run(new OrderAgenda(TestBody.Key, room.Meeting, [.. room.Projects.Values])), MeetingNeeds.Opened, "title");
        await Refused(() => room.Desk.Run(new TakeCaseOffAgenda(TestBody.Key, room.Projects["课堂"], room.Version(room.Projects["课堂"]), "x")), MeetingNeeds.Opened, "title");
    }

    [Fact]
    public async Task Voting_keying_and_counting_go_in_their_order_alone()
    {
        await using TestBody body = await TestBody.New();
        VotingRoom room = await VotingRoom.Assembled(body);
        body.Clock.Now -= Duration.FromDays(1);
        await Refused(() => room.Chair.Run(new OpenVoting(TestBody.Key, room.Meeting)), OpenVoting.NotTheDay, "title", "starts");
        body.Clock.Now += Duration.FromDays(1);
        await room.Issue("居民四", 101);
        await Refused(() => room.Issue("居民五", 101), IssuePaper.SerialTaken, "serial");
        await room.Issue("居民五", 102);
        await Refused(() => room.Chair.Run(new CloseVoting(TestBody.Key, room.Meeting)), CloseVoting.NothingOpen, "title");
        await Refused(() => room.Desk.Run(new OrderAgenda(TestBody.Key, room.Meeting, [room.Projects["花园"]])), OrderAgenda.NotAll, "count");
        await Refused(() => room.Clerk.Run(new OpenVoting(TestBody.Key, room.Meeting)), Need.Missing);
        await room.Chair.Run(new OpenVoting(TestBody.Key, room.Meeting));
        await Refused(() => room.Chair.Run(new OpenVoting(TestBody.Key, room.Meeting)), OpenVoting.NothingListed, "title");

        // Two votes by one person, a vote by who steps back, and one that says nothing.
        await Refused(() => room.Vote("居民四", "花园 1"), IssuePaper.HasChannel, "channel");
        await Refused(() => room.Vote("居民一", "花园 1"), "database.vote-recused", "title");
        await Refused(() => room.Vote("居民二", "合唱 1"), "database.vote-recused", "title");
        await Refused(() => room.Vote("居民三", "花园 4"), CastVote.NothingSaid);
        await Refused(() => room.Vote("居民三", "花园 1", "花园 2"), CastVote.NothingSaid);
        await Refused(() => room.Vote("居民三"), CastVote.NothingSaid);
        await room.Vote("居民三", "花园 1");
        await Refused(() => room.Issue("居民三", 103), IssuePaper.HasChannel, "channel");
        await Refused(() => room.Key(room.Clerk, 101, "花园 1"), KeyPaper.NotNow);
        await Refused(() => room.Chair.Run(new OpenCount(TestBody.Key, room.Meeting)), MeetingNeeds.NotClosed, "waiting");
        await room.Chair.Run(new CloseVoting(TestBody.Key, room.Meeting));
        await Refused(() => room.Issue("委员三", 104), "database.paper-late");
        await Refused(() => room.Chair.Run(new OpenCount(TestBody.Key, room.Meeting)), MeetingNeeds.PapersDiffer, "left", "papers");

        await Refused(() => room.Key(room.Clerk, 500, "花园 1"), KeyPaper.UnknownPaper, "serial");
        await Refused(() => room.Chair.Run(new KeyPaper(TestBody.Key, room.Meeting, 101, new KeyedPaper(TestBody.Key, PaperKind.Spoiled, []))), Need.Missing);
        await room.Key(room.Clerk, 101, "花园 1");
        await Refused(() => room.Key(room.Clerk, 101, "花园 1"), KeyPaper.SameClerk, "serial");
        await room.Key(room.Second, 101, "花园 1");
        await Refused(() => room.Key(room.Second, 101, "花园 1"), KeyPaper.KeyedAlready, "serial");
        await Refused(() => room.Key(room.Clerk, 102, "花园 8"), CastVote.NothingSaid);
        foreach (FundSession clerk in new[] { room.Clerk, room.Second })
        {
            await room.Key(clerk, 102, PaperKind.Absent);
        }

        await Refused(() => room.Chair.Run(new DrawLots(TestBody.Key, room.Meeting, [])), GrantTallies.NotOpenedYet, "title");
        await Refused(() => room.Chair.Run(new SignTally(TestBody.Key, room.Meeting, 1)), GrantTallies.NotOpenedYet, "title");
        await room.Chair.Run(new OpenCount(TestBody.Key, room.Meeting));
        await Refused(() => room.Chair.Run(new OpenCount(TestBody.Key, room.Meeting)), OpenCount.Counted, "title");
        await Refused(() => room.Key(room.Clerk, 102, "花园 1"), KeyPaper.NotNow);

        // 食堂, 课堂 and 合唱 have nothing; 课堂 and 合唱 ask for the same, 食堂 for more.
        await Refused(() => room.Chair.Run(new SignTally(TestBody.Key, room.Meeting, 1)), SignTally.LotsWait, "count");
        await Refused(() => room.Chair.Run(new DrawLots(TestBody.Key, room.Meeting, [room.Projects["课堂"], room.Projects["食堂"]])), DrawLots.NotThose, "count");
        await room.Chair.Run(new DrawLots(TestBody.Key, room.Meeting, [room.Projects["课堂"], room.Projects["合唱"]]));
        await Refused(() => room.Chair.Run(new DrawLots(TestBody.Key, room.Meeting, [room.Projects["课堂"], room.Projects["合唱"]])), DrawLots.NoneNeeded, "title");
        await Refused(() => room.Chair.Run(new SignTally(TestBody.Key, room.Meeting, 2)), SignTally.Stale, "title");
        await room.Chair.Run(new SignTally(TestBody.Key, room.Meeting, 1));
        await Refused(() => room.Chair.Run(new SignTally(TestBody.Key, room.Meeting, 1)), GrantMoves.SignedAlready);
        await room.Clerk.Run(new SignTally(TestBody.Key, room.Meeting, 1));
        await room.Second.Run(new SignTally(TestBody.Key, room.Meeting, 1));
        await Refused(() => room.Clerk.Run(new SignTally(TestBody.Key, room.Meeting, 1)), SignTally.Signed, "title");
        await Refused(() => room.Chair.Run(new Recount(TestBody.Key, room.Meeting, "")), Recount.ReasonMissing, "limit");
        await Refused(() => room.Chair.Run(new Recount(TestBody.Key, room.Meeting, "再数一遍")), Recount.NotAsked, "title");
    }

    [Fact]
    public async Task A_struck_out_line_of_a_ballot_is_not_keyed_and_an_exchanged_ballot_is_gone()
    {
        await using TestBody body = await TestBody.New();
        VotingRoom room = await VotingRoom.Assembled(body);
        await room.Issue("居民一", 201);
        await room.Clerk.Run(new ExchangePaper(TestBody.Key, room.Meeting, 201, 202));
        await room.Chair.Run(new OpenVoting(TestBody.Key, room.Meeting));
        await room.Chair.Run(new CloseVoting(TestBody.Key, room.Meeting));
        await Refused(() => room.Key(room.Clerk, 201, "食堂 1"), KeyPaper.UnknownPaper, "serial");
        await Refused(() => room.Key(room.Clerk, 202, "花园 1"), KeyPaper.StruckOut, "serial", "title");
        (await room.Key(room.Clerk, 202, "食堂 1", "花园 -")).ShouldBe(KeyingOutcome.First);
        PaperDeskView desk = await room.Second.Ask(new PaperDesk(room.Meeting, 202));
        (desk.Ballots.Single().Stand, desk.Ballot!.StruckOut.Single()).ShouldBe((BallotStand.MineNow, room.Projects["花园"]));
    }

    [Fact]
    public async Task A_count_that_somebody_changed_and_rules_that_do_not_add_up_are_not_signed()
    {
        await using TestBody body = await TestBody.New();
        VotingRoom room = await VotingRoom.New(body);
        long meeting = await room.Desk.Run(VotingRoom.Rules(room.Round));
        const string Weight = "set session_replication_role = replica; update grant_meeting_criterion set weight = {0} where no = 1 returning 1";
        await room.Sql<int>(string.Format(CultureInfo.InvariantCulture, Weight, 39), asSuperuser: true);
        await Refused(() => room.Chair.Run(new LockMeeting(TestBody.Key, meeting)), "database.meeting-weights", "title");
        await room.Announce();
        await room.PutAll();
        await room.Roll();
        body.Clock.Now = Instant.FromUtc(2026, 3, 25, 6, 30);
        foreach (string voter in room.Voters)
        {
            await room.Clerk.Run(new CheckIn(TestBody.Key, room.Meeting, room.Person(voter)));
        }

        await room.Issue("居民四", 101);
        await room.Chair.Run(new OpenVoting(TestBody.Key, room.Meeting));
        await room.Vote("居民三", "花园 1", "食堂 12", "课堂 1", "合唱 3");
        await room.Chair.Run(new CloseVoting(TestBody.Key, room.Meeting));
        await room.Key(room.Clerk, 101, "花园 1");
        string keyed = $"""
            insert into grant_ballot_keying values (1, {room.Meeting}, 1, 101, 1, 2, {room.Person("钱计票")}, now(), true, decode(repeat('00', 29), 'hex')) returning 1
            """;
        await Walled("grant_ballot_two_clerks", keyed);
        await room.Key(room.Second, 101, "花园 1");
        await room.Chair.Run(new OpenCount(TestBody.Key, room.Meeting));
        await room.Chair.Run(new SignTally(TestBody.Key, room.Meeting, 1));
        await Walled("grant_tally_signed_by_three",
            $"insert into grant_tally_signature values (1, {room.Meeting}, 1, 'clerk', {room.Person("方主持")}, now()) returning 1");
        await room.Clerk.Run(new SignTally(TestBody.Key, room.Meeting, 1));
        await room.Sql<int>($"""
            set session_replication_role = replica;
            delete from grant_tally_pattern where grant_meeting_id = {room.Meeting} and grant_id = (select grant_id from grant_case where title = '合唱') returning 1
            """, asSuperuser: true);
        await Refused(() => room.Second.Run(new SignTally(TestBody.Key, room.Meeting, 1)), "database.tally-unlike-votes", "version");
        (await room.State("花园")).ShouldBe("in-review");

        async Task Walled(string constraint, string sql)
        {
            Npgsql.PostgresException refused = await Should.ThrowAsync<Npgsql.PostgresException>(() => room.Sql<int>(sql));
            refused.ConstraintName.ShouldBe(constraint, refused.MessageText);
            Books.ConstraintWordsTests.Tell(refused);
        }
    }

    private static async Task Refused(Func<Task> act, string code, params string[] facts)
    {
        Refusal refusal = Grants.Spoken.Tell((await Should.ThrowAsync<RefusedException>(act)).Refusal);
        refusal.Code.ShouldBe(code);
        (CultureInfo zh, CultureInfo en) = (CultureInfo.GetCultureInfo("zh-CN"), CultureInfo.GetCultureInfo("en"));
        (string inChinese, string inEnglish) = (Spoken.Of(refusal, zh), Spoken.Of(refusal, en));
        inChinese.ShouldNotBe(inEnglish);
        (inChinese + inEnglish).ShouldNotContain("{");
        if (code.StartsWith("vote.", StringComparison.Ordinal))
        {
            Asks.ShouldContain(asks => inChinese.Contains(asks, StringComparison.Ordinal), inChinese);
        }

        foreach (string fact in facts)
        {
            inChinese.ShouldContain(Spoken.Show(refusal.Facts[fact], zh));
            inEnglish.ShouldContain(Spoken.Show(refusal.Facts[fact], en));
        }
    }

    /// <summary>What a page asks: whether the case may come on an agenda, and why not.</summary>
    private sealed record WhyNotOnAgenda(Guid Key, long Grant) : Command<bool>(Key)
    {
        internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Person);

        internal override async Task<bool> Apply(Work work, CancellationToken ct)
        {
            GrantOffer offer = (await GrantMoves.Open(work, await GrantCase.Lock(work, Grant, ct), ct)).Single(one => one.Move == GrantMove.PutOnAgenda);
            return offer.WhyNot is { } refusal ? throw new RefusedException(refusal) : offer.IsMine;
        }
    }
}
