using CommunityFund.Books;
using CommunityFund.Grants.Meetings;
using NodaTime;

namespace CommunityFund.Demo;

/// <summary>
/// The scoring meeting of the earlier round: rules that another locked, a roll of three groups, one recusal that the books know and one that was
/// declared, nine who vote by phone and three on paper, of which one ballot was read differently at first. The count is signed by three.
/// </summary>
internal static class SeedMeeting
{
    private const string Residents = "居民代表", Committees = "居委会", Partners = "共建单位";

    /// <summary>One of them helps in a project; the first of the committee is related to somebody in another.</summary>
    private static readonly VoterForm[] Voters =
    [
        new("王桂兰", Residents, "幸福里社区"), new("李志强", Residents, "幸福里社区"), new("张秀珍", Residents, "翠苑社区"), new("刘建军", Residents, "翠苑社区"),
        new("陈玉梅", Residents, "幸福里社区"), new("杨国华", Residents, "翠苑社区"), new("周小雨", Residents, "幸福里社区"), new("赵雅敏", Committees, "翠苑社区"),
        new("黄建", Committees, "幸福里社区"), new("吴婷", Committees, "幸福里社区"), new("徐涛", Partners), new("孙晓丽", Partners),
    ];

    private static readonly (string Name, int Serial)[] OnPaper = [("张秀珍", 101), ("刘建军", 102), ("杨国华", 103)];

    public static async Task Run(GrantCast cast, IReadOnlyDictionary<DemoProject, long> sent, CancellationToken ct)
    {
        // A Saturday, when residents have time.
        LocalDate day = cast.Ago(33).Next(IsoDayOfWeek.Saturday).PlusWeeks(-1);
        cast.Turn(48, 10);
        long meeting = await Prepare(cast, sent, day, ct);
        IReadOnlyDictionary<string, (long Person, VoterPass Pass)> slips = await Roll(cast, meeting, ct);
        Dictionary<string, DemoProject> stepsBack = new()
        {
            ["周小雨"] = sent.Keys.Single(project => project.Title == SeedRound.Books),
            ["赵雅敏"] = sent.Keys.Single(project => project.Title == SeedRound.Phones),
        };
        cast.Turn(day, 13, 40);
        await Door(cast, meeting, slips, sent[stepsBack["赵雅敏"]], ct);
        cast.Turn(day, 14, 30);
        await cast.Chair.Run(new OpenVoting(GrantCast.Key(), meeting), ct);
        cast.Turn(day, 16, 5);
        foreach ((string name, (_, VoterPass pass)) in slips.Where(slip => !OnPaper.Any(paper => paper.Name == slip.Key)))
        {
            Guid key = GrantCast.Key();
            await cast.Visitor.Run(new CastVote(key, pass, new Ballot(key, Said(name, sent, stepsBack.GetValueOrDefault(name)))), ct);
        }

        cast.Turn(day, 16, 20);
        await cast.Chair.Run(new CloseVoting(GrantCast.Key(), meeting), ct);
        await Key(cast, meeting, sent, ct);
        cast.Turn(day, 17, 10);
        await cast.Chair.Run(new OpenCount(GrantCast.Key(), meeting), ct);
        foreach (FundSession signer in new[] { cast.Chair, cast.Clerk, cast.SecondClerk })
        {
            cast.Turn(day, 17, 20);
            await signer.Run(new SignTally(GrantCast.Key(), meeting, 1), ct);
        }
    }

    private static async Task<long> Prepare(GrantCast cast, IReadOnlyDictionary<DemoProject, long> sent, LocalDate day, CancellationToken ct)
    {
        long round = await cast.Round(sent.Values.First(), ct);
        long meeting = await cast.Desk.Run(new ProposeMeeting(
            GrantCast.Key(), round, "社区微项目评审会", "街道文化站三楼报告厅", day, "14:00", 5, 3, VoteMode.Share, WeighsGroups: false,
            [new CriterionForm("公益性", 40), new CriterionForm("可行性", 35), new CriterionForm("可持续性", 25)],
            [new VoterGroupForm(Residents, 1, 4), new VoterGroupForm(Committees, 1, 2), new VoterGroupForm(Partners, 1, 1)], 8, OwnCommunity: false,
            [TieRule.FirstCriterion, TieRule.MoreVotes, TieRule.SmallerRequest, TieRule.Lots]), ct);
        cast.Turn(47, 9);
        await cast.Chair.Run(new LockMeeting(GrantCast.Key(), meeting), ct);
        cast.Turn(47, 14);
        await cast.Desk.Run(new PublishMeetingNotice(GrantCast.Key(), meeting, "各社区公告栏、街道公众号"), ct);
        List<AgendaCase> cases = [];
        foreach (long grant in sent.Values)
        {
            cases.Add(new AgendaCase(grant, await cast.Version(grant, ct)));
        }

        await cast.Desk.Run(new PutCasesOnAgenda(GrantCast.Key(), meeting, cases), ct);
        return meeting;
    }

    private static async Task<IReadOnlyDictionary<string, (long Person, VoterPass Pass)>> Roll(GrantCast cast, long meeting, CancellationToken ct)
    {
        cast.Turn(45, 11);
        await cast.Desk.Run(new AddVoters(GrantCast.Key(), meeting, Voters), ct);
        Dictionary<string, long> people = (await cast.Clerk.Ask(new VoterRoll(meeting), ct)).Voters.ToDictionary(row => row.Name, row => row.Person);
        return (await cast.Desk.Ask(new VoterSlips(meeting), ct)).Slips
            .ToDictionary(slip => slip.Name, slip => (people[slip.Name], new VoterPass(0, slip.Ticket, slip.Code)));
    }

    private static async Task Door(
        GrantCast cast, long meeting, IReadOnlyDictionary<string, (long Person, VoterPass Pass)> slips, long related, CancellationToken ct)
    {
        foreach ((long person, _) in slips.Values)
        {
            await cast.Clerk.Run(new CheckIn(GrantCast.Key(), meeting, person), ct);
        }

        await cast.Visitor.Run(new DeclareRecusal(GrantCast.Key(), slips["赵雅敏"].Pass, related, RecusalReason.Family), ct);
        await cast.Chair.Run(new ConfirmRecusal(GrantCast.Key(), meeting, slips["赵雅敏"].Person, related, Stands: true), ct);
        foreach ((string name, int serial) in OnPaper)
        {
            await cast.SecondClerk.Run(new IssuePaper(GrantCast.Key(), meeting, slips[name].Person, serial), ct);
        }
    }

    /// <summary>Both clerks read each ballot; of the second one saw a tick that is none, so both read it again.</summary>
    private static async Task Key(GrantCast cast, long meeting, IReadOnlyDictionary<DemoProject, long> sent, CancellationToken ct)
    {
        foreach ((string name, int serial) in OnPaper)
        {
            IReadOnlyList<ProjectTicks> ticks = Said(name, sent, null);
            if (serial == 102)
            {
                await Read(cast.Clerk, [.. ticks.Take(ticks.Count - 1), ticks[^1] with { Criteria = [1, 2, 3] }]);
                await Read(cast.SecondClerk, ticks);
            }

            await Read(cast.Clerk, ticks);
            await Read(cast.SecondClerk, ticks);

            Task Read(FundSession clerk, IReadOnlyList<ProjectTicks> seen)
            {
                Guid key = GrantCast.Key();
                return clerk.Run(new KeyPaper(key, meeting, serial, new KeyedPaper(key, PaperKind.Valid, seen)), ct);
            }
        }
    }

    /// <summary>Spread over the voters so that each criterion gets about as many votes as the project's story has.</summary>
    private static List<ProjectTicks> Said(string name, IReadOnlyDictionary<DemoProject, long> sent, DemoProject? stepsBack)
    {
        int voter = Array.FindIndex(Voters, form => form.Name == name);
        DemoProject[] projects = [.. sent.Keys];
        return
        [
            .. projects.Select((project, at) => (project, at)).Where(pair => pair.project != stepsBack).Select(pair => new ProjectTicks(
                sent[pair.project],
                [.. Enumerable.Range(1, 3).Where(no => ((voter * 7) + (pair.at * 5) + (no * 3)) % Voters.Length < pair.project.Votes[no - 1])])),
        ];
    }
}
