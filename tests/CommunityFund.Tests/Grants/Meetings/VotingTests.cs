using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Meetings;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Grants.Meetings;

public sealed class VotingTests
{
    /// <summary>
    /// Weights 40, 35, 25; share mode. Eight are here. 居民一 lives where 花园 is, 居民二 leads 合唱, 委员一 declared an interest in 食堂, and what 委员二
    /// declared about 课堂 the chair found to be none: 7 could vote on 花园, 7 on 食堂, 8 on 课堂, 7 on 合唱.
    /// <para>
    /// 居民四 holds ballot 101, 居民五 102 (spoiled), 委员三 103 (the clerks differed at first). Votes on criteria 1, 2, 3:
    /// 花园: 居民二 居民三 委员一 101 = 4; 居民三 委员一 103 = 3; 居民三 委员二 = 2; (160 + 105 + 50) / 7 = 45.
    /// 食堂: 居民一 居民二 居民三 101 = 4; 居民一 居民三 委员二 = 3; 居民三 101 = 2; (160 + 105 + 50) / 7 = 45.
    /// 课堂: 居民一 居民二 委员一 103 = 4; 居民二 居民三 委员一 = 3; 委员一 委员二 = 2; 315 / 8 = 39.375.
    /// 合唱: 居民一 委员一 委员二 = 3; 居民一 委员二 103 = 3; 居民一 101 103 = 3; (120 + 105 + 75) / 7 = 42.857...
    /// 花园 and 食堂 ask for the same, so a lot parts them; counted by heads 课堂 would have come level with them.
    /// </para>
    /// </summary>
    [Fact]
    public async Task A_meeting_with_recusals_spoiled_and_mismatched_paper_and_ties_comes_out_as_computed_by_hand()
    {
        await using TestBody body = await TestBody.New();
        VotingRoom room = await VotingRoom.Assembled(body);
        await Voted(room);
        (await BankNotation.RefusalOf(() => room.Desk.Ask(new TallySheet(room.Meeting)))).Code.ShouldBe(GrantTallies.NotOpenedYet);
        (await room.Chair.Run(new OpenCount(TestBody.Key, room.Meeting))).ShouldBe(1);

        TallySheetView sheet = await room.Chair.Ask(new TallySheet(room.Meeting));
        Line(sheet, "花园").ShouldBe((1, "45", "4 3 2", 7, 6, true));
        Line(sheet, "食堂").ShouldBe((1, "45", "4 3 2", 7, 6, true));
        Line(sheet, "合唱").ShouldBe((3, "42.8571", "3 3 3", 7, 6, false));
        Line(sheet, "课堂").ShouldBe((4, "39.375", "4 3 2", 8, 7, false));
        (sheet.Present, sheet.Papers, sheet.ValidPapers, sheet.SpoiledPapers, sheet.AbsentPapers).ShouldBe((8, 3, 2, 1, 0));
        VoteCount.Rank(new VoteRules(VoteMode.Count, false, [40, 35, 25], [new VoteGroup(1, 1), new VoteGroup(2, 1)], [TieRule.Lots]), await Boxes(room))
            .Count(score => score.Score == Fraction.Of(315)).ShouldBe(3);

        // The chair draws 食堂 first; then all three sign, and only with the last do the projects move.
        (await BankNotation.RefusalOf(() => room.Chair.Run(new SignTally(TestBody.Key, room.Meeting, 1)))).Code.ShouldBe(SignTally.LotsWait);
        await room.Chair.Run(new DrawLots(TestBody.Key, room.Meeting, [room.Projects["食堂"], room.Projects["花园"]]));
        (await room.Chair.Run(new SignTally(TestBody.Key, room.Meeting, 1))).Waits.ShouldBe([GrantMover.Clerk, GrantMover.SecondClerk]);
        (await room.Clerk.Run(new SignTally(TestBody.Key, room.Meeting, 1))).Waits.ShouldBe([GrantMover.SecondClerk]);
        (await room.State("花园")).ShouldBe("in-review");
        (await room.Second.Run(new SignTally(TestBody.Key, room.Meeting, 1))).Happened.ShouldBeTrue();
        foreach (string project in room.Projects.Keys)
        {
            (await room.State(project)).ShouldBe("ranked");
        }

        await using FundDb db = body.Db();
        (await db.Set<GrantRank>().OrderBy(row => row.Rank).ToListAsync()).Select(row => (row.GrantId, (int)row.Rank, row.ScoreText)).ShouldBe(
        [
            (room.Projects["食堂"], 1, "45"), (room.Projects["花园"], 2, "45"), (room.Projects["合唱"], 3, "42.8571"), (room.Projects["课堂"], 4, "39.375"),
        ]);
        GrantLog log = await db.Set<GrantLog>().SingleAsync(row => row.GrantId == room.Projects["花园"] && row.Move == GrantMove.CountVotes);
        log.Facts.ShouldContain("\"PapersAgreed\": 3");
        (await room.Chair.Ask(new ProjectorWall(room.Meeting))).Ranking.Select(rank => rank.Title).ShouldBe(["食堂", "花园", "合唱", "课堂"]);
    }

    [Fact]
    public async Task Nothing_of_the_vote_is_told_before_the_count_and_nobody_learns_who_voted_what()
    {
        await using TestBody body = await TestBody.New();
        VotingRoom room = await VotingRoom.Assembled(body);
        await room.Chair.Run(new OpenVoting(TestBody.Key, room.Meeting));
        await room.Vote("居民三", "花园 123", "食堂 1");
        await room.Vote("委员二", "花园 123", "食堂 1");
        WallView wall = await room.Chair.Ask(new ProjectorWall(room.Meeting, room.Projects["花园"]));
        (wall.Voted, wall.Ranking.Count).ShouldBe((2, 0));
        VoteCardView card = await body.Foundation.Visitor().Ask(new VoteCard(await room.Pass("居民三")));
        card.Projects.Single(project => project.Title == "花园").Mine.ShouldBe([1, 2, 3]);
        card.Projects.Single(project => project.Title == "课堂").Mine.ShouldBeNull();

        // Equal ballots leave unequal traces, in the table and in the log.
        await using FundDb db = body.Db();
        List<GrantVote> votes = await db.Set<GrantVote>().Where(row => row.GrantId == room.Projects["花园"]).ToListAsync();
        Convert.ToHexString(votes[0].Sealed).ShouldNotBe(Convert.ToHexString(votes[1].Sealed));
        string[] inputs = [.. (await db.Set<CommandLog>().Where(row => row.Name == nameof(CastVote)).ToListAsync()).Select(row => row.Input)];
        inputs.Length.ShouldBe(2);
        inputs.ShouldAllBe(input => input.Contains("hmac:", StringComparison.Ordinal) && !input.Contains("Criteria", StringComparison.Ordinal)
            && !input.Contains("Code", StringComparison.Ordinal));
        inputs[0].Split("hmac:")[1].ShouldNotBe(inputs[1].Split("hmac:")[1]);
    }

    [Fact]
    public async Task A_vote_may_be_changed_until_its_project_closes_and_a_form_sent_twice_votes_once()
    {
        await using TestBody body = await TestBody.New();
        VotingRoom room = await VotingRoom.Assembled(body);
        await room.Chair.Run(new OpenVoting(TestBody.Key, room.Meeting, room.Projects["花园"]));
        Guid key = TestBody.Key;
        CastVote vote = new(key, await room.Pass("居民三"), new Ballot(key, room.Read("花园 1")));
        await body.Foundation.Visitor().Run(vote);
        await body.Foundation.Visitor().Run(vote);
        (await BankNotation.RefusalOf(() => body.Foundation.Visitor().Run(vote with { Ballot = new Ballot(key, room.Read("花园 2")) }))).Code
            .ShouldBe(FundSession.KeyReused);
        await room.Vote("居民三", "花园 23");
        await using FundDb db = body.Db();
        (await db.Set<GrantVote>().CountAsync()).ShouldBe(1);
        (await BankNotation.RefusalOf(() => room.Vote("居民三", "食堂 1"))).Code.ShouldBe("database.vote-not-open");
        await room.Chair.Run(new CloseVoting(TestBody.Key, room.Meeting, room.Projects["花园"]));
        (await BankNotation.RefusalOf(() => room.Vote("居民三", "花园 1"))).Code.ShouldBe("database.vote-not-open");
        (await body.Foundation.Visitor().Ask(new VoteCard(await room.Pass("居民三")))).Projects.Single(project => project.Title == "花园").Mine.ShouldBe([2, 3]);
    }

    [Fact]
    public async Task Whoever_is_signed_in_and_on_the_roll_votes_without_a_code_and_checks_in_by_code()
    {
        await using TestBody body = await TestBody.New();
        VotingRoom room = await VotingRoom.New(body);
        await room.Announce();
        await room.PutAll();
        await room.Roll();
        VoterPass pass = await room.Pass("居民三");
        (await BankNotation.RefusalOf(() => body.Foundation.Visitor().Run(new CheckInByCode(TestBody.Key, pass)))).Code.ShouldBe(OpenVoting.NotTheDay);
        body.Clock.Now = Instant.FromUtc(2026, 3, 25, 6, 0);
        await body.Foundation.Visitor().Run(new CheckInByCode(TestBody.Key, pass));
        (await body.Foundation.Visitor().Ask(new VoteCard(pass))).IsHere.ShouldBeTrue();
        (await room.As("居民二").Ask(new VoteCard(VoterPass.SignedIn(room.Meeting)))).Projects.Single(project => project.Title == "合唱").Recusal
            .ShouldBe(RecusalReason.Lead);
        (await BankNotation.RefusalOf(() => room.Chair.Ask(new VoteCard(VoterPass.SignedIn(room.Meeting))))).Code.ShouldBe(GrantMeetingVoter.NotOnRoll);
    }

    [Fact]
    public async Task Whoever_came_after_a_project_closed_is_not_counted_among_those_who_could_vote_on_it()
    {
        await using TestBody body = await TestBody.New();
        VotingRoom room = await VotingRoom.Assembled(body);
        await room.Clerk.Run(new CheckIn(TestBody.Key, room.Meeting, room.Person("委员三"), IsHere: false));
        await room.Chair.Run(new OpenVoting(TestBody.Key, room.Meeting));
        await room.Chair.Run(new CloseVoting(TestBody.Key, room.Meeting, room.Projects["课堂"]));
        body.Clock.Now += Duration.FromMinutes(5);
        await room.Clerk.Run(new CheckIn(TestBody.Key, room.Meeting, room.Person("委员三")));
        await room.Vote("委员三", "食堂 1");
        await room.Chair.Run(new CloseVoting(TestBody.Key, room.Meeting));
        await room.Chair.Run(new OpenCount(TestBody.Key, room.Meeting));
        TallySheetView sheet = await room.Chair.Ask(new TallySheet(room.Meeting));
        Line(sheet, "课堂").Entitled.ShouldBe(7);
        Line(sheet, "食堂").Entitled.ShouldBe(8);
        (await BankNotation.RefusalOf(() => room.Clerk.Run(new CheckIn(TestBody.Key, room.Meeting, room.Person("居民一"), IsHere: false)))).Code
            .ShouldBe(OpenCount.Counted);
    }

    [Fact]
    public async Task After_an_upheld_objection_paper_is_keyed_anew_and_the_old_count_stays()
    {
        await using TestBody body = await TestBody.New();
        VotingRoom room = await VotingRoom.Assembled(body);
        await Voted(room);
        await room.Chair.Run(new OpenCount(TestBody.Key, room.Meeting));
        await room.Chair.Run(new DrawLots(TestBody.Key, room.Meeting, [room.Projects["食堂"], room.Projects["花园"]]));
        foreach (FundSession signer in new[] { room.Chair, room.Clerk, room.Second })
        {
            await signer.Run(new SignTally(TestBody.Key, room.Meeting, 1));
        }

        (await BankNotation.RefusalOf(() => room.Chair.Run(new Recount(TestBody.Key, room.Meeting, "异议")))).Code.ShouldBe(Recount.NotAsked);
        await using (FundDb db = body.Db())
        {
            // As if an objection about 合唱 had been upheld; its moves are another story.
            await room.Sql<int>($$"""
                set session_replication_role = replica;
                insert into grant_log select book_id, grant_id, 99, 'uphold-recount', 'objected', 'ranked', 1, now() + interval '1 year', '', '', '{}', '{}'
                  from grant_case where grant_id = {{room.Projects["合唱"]}} returning 1
                """, asSuperuser: true);
        }

        (await room.Chair.Ask(new MeetingPage(room.Meeting))).RecountAsked.ShouldBeTrue();
        (await room.Chair.Run(new Recount(TestBody.Key, room.Meeting, "第 103 号票看错了"))).ShouldBe(2);
        (await BankNotation.RefusalOf(() => room.Chair.Run(new OpenCount(TestBody.Key, room.Meeting)))).Code.ShouldBe(MeetingNeeds.PapersDiffer);

        // This time both read no tick for 合唱 on 103: 3 2 2 there, (120 + 70 + 50) / 7 = 34.2857.
        foreach (FundSession clerk in new[] { room.Clerk, room.Second })
        {
            await room.Key(clerk, 101, "花园 1", "食堂 13", "合唱 3");
            await room.Key(clerk, 102, PaperKind.Spoiled);
            await room.Key(clerk, 103, "花园 2", "课堂 1");
        }

        (await room.Chair.Run(new OpenCount(TestBody.Key, room.Meeting))).ShouldBe(2);
        await room.Chair.Run(new DrawLots(TestBody.Key, room.Meeting, [room.Projects["食堂"], room.Projects["花园"]]));
        foreach (FundSession signer in new[] { room.Chair, room.Clerk, room.Second })
        {
            await signer.Run(new SignTally(TestBody.Key, room.Meeting, 2));
        }

        Line(await room.Chair.Ask(new TallySheet(room.Meeting)), "合唱").ShouldBe((4, "34.2857", "3 2 2", 7, 6, false));
        Line(await room.Chair.Ask(new TallySheet(room.Meeting, 1)), "合唱").Score.ShouldBe("42.8571");
        await using FundDb after = body.Db();
        (await after.Set<GrantRank>().Where(row => row.GrantId == room.Projects["合唱"]).OrderBy(row => row.TallyVersion).ToListAsync())
            .Select(row => (int)row.Rank).ShouldBe([3, 4]);
    }

    [Fact]
    public async Task What_is_withdrawn_before_the_count_leaves_the_ranking()
    {
        await using TestBody body = await TestBody.New();
        VotingRoom room = await VotingRoom.Assembled(body);
        await room.Move("课堂", "withdraw", ("lead", room.Person("李负责")), ("chair", room.Person("方主持")));
        await room.Chair.Run(new OpenVoting(TestBody.Key, room.Meeting));
        await room.Vote("居民三", "花园 1", "食堂 12", "合唱 123");
        await room.Move("花园", "withdraw", ("lead", room.Person("李负责")), ("chair", room.Person("方主持")));
        await room.Chair.Run(new CloseVoting(TestBody.Key, room.Meeting));
        await room.Chair.Run(new OpenCount(TestBody.Key, room.Meeting));
        (await room.Chair.Ask(new TallySheet(room.Meeting))).Lines.Select(line => line.Project.Title).ShouldBe(["合唱", "食堂"]);
    }

    [Fact]
    public async Task The_locked_rules_are_written_out_and_hashed_and_the_page_says_whether_they_still_stand()
    {
        await using TestBody body = await TestBody.New();
        VotingRoom room = await VotingRoom.New(body);
        await room.Announce();
        MeetingHead head = (await room.Desk.Ask(new MeetingNotice(room.Meeting))).Head;
        head.RulesText.ShouldBe("""
            评审会规则 1
            轮次 2026-V
            名称 2026 年春季评审会
            地点 街道三楼会议室
            时间 2026-03-25 14:30
            陈述 5 分钟，问答 3 分钟
            计分 加权得票率（分母为到会且不回避的评审人）
            评分项 1 公益性 40
            评分项 2 可行性 35
            评分项 3 可持续性 25
            分组 不加权
            组 1 居民代表 权重 1 法定到会 3
            组 2 居委会 权重 1 法定到会 2
            法定到会总数 6
            本社区项目 回避
            同分 第一评分项票数多者先、总票数多者先、申请金额小者先、主持人当场抽签

            """.ReplaceLineEndings("\n"));
        head.Hash.ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(head.RulesText))));
        head.IsIntact.ShouldBeTrue();

        // Somebody with all rights over the database takes the walls down; the page says so.
        await room.Sql<int>("set session_replication_role = replica; update grant_meeting_criterion set weight = 60 where no = 1 returning 1", asSuperuser: true);
        (await room.Desk.Ask(new MeetingNotice(room.Meeting))).Head.IsIntact.ShouldBeFalse();
    }

    [Fact]
    public async Task A_sealed_ballot_that_somebody_moved_or_changed_stops_the_count()
    {
        await using TestBody body = await TestBody.New();
        VotingRoom room = await VotingRoom.Assembled(body);
        await room.Chair.Run(new OpenVoting(TestBody.Key, room.Meeting));
        await room.Vote("居民三", "花园 123");
        await room.Vote("居民四", "花园 1");
        await room.Chair.Run(new CloseVoting(TestBody.Key, room.Meeting));
        await room.Sql<int>("""
            set session_replication_role = replica;
            update grant_vote v set sealed = w.sealed from grant_vote w where w.person_id <> v.person_id and v.person_id = (select min(person_id) from grant_vote)
              returning 1
            """, asSuperuser: true);
        Refusal refused = await BankNotation.RefusalOf(() => room.Chair.Run(new OpenCount(TestBody.Key, room.Meeting)));
        refused.Code.ShouldBe(BallotBox.SealBroken);
    }

    /// <summary>All that the first test says, up to the count.</summary>
    private static async Task Voted(VotingRoom room)
    {
        await Steps(room, "委员一", "食堂", stands: true);
        await Steps(room, "委员二", "课堂", stands: false);
        await room.Issue("居民四", 101);
        await room.Issue("居民五", 102);
        await room.Issue("委员三", 103);
        await room.Chair.Run(new OpenVoting(TestBody.Key, room.Meeting));
        await room.Vote("居民一", "食堂 12", "课堂 1", "合唱 123");
        await room.Vote("居民二", "花园 1", "食堂 1", "课堂 12");
        await room.Vote("居民三", "花园 123", "食堂 123", "课堂 2", "合唱 -");
        await room.Vote("委员一", "花园 12", "课堂 123", "合唱 1");
        await room.Vote("委员二", "花园 3", "食堂 2", "课堂 3", "合唱 12");
        await room.Chair.Run(new CloseVoting(TestBody.Key, room.Meeting));
        (await room.Key(room.Clerk, 101, "花园 1", "食堂 13", "合唱 3")).ShouldBe(KeyingOutcome.First);
        (await room.Key(room.Second, 101, "合唱 3", "食堂 31", "花园 1", "课堂 -")).ShouldBe(KeyingOutcome.Agrees);
        await room.Key(room.Second, 102, PaperKind.Spoiled);
        (await room.Key(room.Clerk, 102, PaperKind.Spoiled)).ShouldBe(KeyingOutcome.Agrees);
        await room.Key(room.Clerk, 103, "花园 2", "课堂 2", "合唱 23");
        (await room.Key(room.Second, 103, "花园 2", "课堂 1", "合唱 23")).ShouldBe(KeyingOutcome.Differs);
        (await room.Key(room.Second, 103, "花园 2", "课堂 1", "合唱 23")).ShouldBe(KeyingOutcome.First);
        (await room.Key(room.Clerk, 103, "花园 2", "课堂 1", "合唱 23")).ShouldBe(KeyingOutcome.Agrees);
    }

    private static async Task Steps(VotingRoom room, string voter, string project, bool stands)
    {
        await room.Body.Foundation.Visitor().Run(new DeclareRecusal(TestBody.Key, await room.Pass(voter), room.Projects[project], RecusalReason.Family));
        await room.Chair.Run(new ConfirmRecusal(TestBody.Key, room.Meeting, room.Person(voter), room.Projects[project], stands));
    }

    private static (int Rank, string Score, string Votes, int Entitled, int Ballots, bool NeedsLot) Line(TallySheetView sheet, string project)
    {
        TallyLine line = sheet.Lines.Single(line => line.Project.Title == project);
        return (line.Score.Rank, line.Score.Score.Text(), string.Join(' ', line.Score.Votes), line.Score.Entitled, line.Score.Ballots, line.Score.NeedsLot);
    }

    private static async Task<IReadOnlyList<ProjectBox>> Boxes(VotingRoom room) =>
    [
        .. (await room.Chair.Ask(new TallySheet(room.Meeting))).Lines.Select(line => new ProjectBox(line.Project.Grant, 1, null,
            [.. line.Groups.Select(group => new GroupBox(group.Group, group.Entitled, new Dictionary<int, int>
            {
                [1] = group.Votes[0], [2] = group.Votes[1], [4] = group.Votes[2],
            }))])),
    ];
}
