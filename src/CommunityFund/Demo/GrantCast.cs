using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Screening;
using CommunityFund.Ledger;
using CommunityFund.People;
using NodaTime;

namespace CommunityFund.Demo;

/// <summary>
/// Who takes part in the demo's grants, and what they do again and again. Their days are counted back from the day on which the demo is filled
/// in, so that windows which should be open are open and nothing is late that should not be.
/// </summary>
internal sealed class GrantCast(Foundation foundation, int book, DemoClock clock, IReadOnlyDictionary<string, int> funds, LocalDate today)
{
    // The accountant and the reviewer of the books, who approves as well.
    private const long Bookkeeper = 1, Checker = 2;

    private readonly Dictionary<string, long> _ids = [];

    public LocalDate Today { get; } = today;

    public FundSession Desk => As("gaomin");

    /// <summary>The second of the desk fills in what comes on paper, and so decides nothing about it.</summary>
    public FundSession Second => As("kongliang");

    public FundSession Lead => As("shilei");

    public FundSession FinLead => As("zhangrong");

    /// <summary>Keeps the money of projects that are late with their account, so that nobody else's wait for it.</summary>
    public FundSession SecondFinLead => As("panhong");

    public FundSession Signer => As("lvjianguo");

    public FundSession Steer => As("songqing");

    public FundSession Chair => As("fangqin");

    public FundSession Clerk => As("qianli");

    public FundSession SecondClerk => As("sunjing");

    public FundSession Panel => As("jimin");

    public FundSession ApproverL2 => As("handong");

    public FundSession Accountant => foundation.SessionOf(Bookkeeper, book);

    /// <summary>Reviews, and approves first.</summary>
    public FundSession Reviewer => foundation.SessionOf(Checker, book);

    /// <summary>What no person does: the calendar.</summary>
    public FundSession Calendar => foundation.Operator(book);

    /// <summary>Somebody who is not signed in.</summary>
    public FundSession Visitor => foundation.Visitor();

    public int Fund(string code) => funds[code];

    /// <summary>So many days before the demo was filled in.</summary>
    public LocalDate Ago(int days) => Today.PlusDays(-days);

    public void Turn(int daysAgo, int hour, int minute = 0) => clock.Turn(Ago(daysAgo), hour, minute);

    public void Turn(LocalDate day, int hour, int minute = 0) => clock.Turn(day, hour, minute);

    public static Guid Key() => Guid.NewGuid();

    /// <returns>Who can sign in, with this installation's passwords.</returns>
    public async Task<IReadOnlyList<DemoPerson>> Enter(Func<string> password, CancellationToken ct)
    {
        (string User, string Name, Role Role)[] all =
        [
            ("gaomin", "高敏", Role.Desk), ("kongliang", "孔亮", Role.Desk), ("shilei", "石磊", Role.Lead), ("zhangrong", "张蓉", Role.FinLead),
            ("panhong", "潘虹", Role.FinLead), ("lvjianguo", "吕建国", Role.SignOff), ("songqing", "宋清", Role.Steer), ("fangqin", "方琴", Role.Chair),
            ("qianli", "钱立", Role.Clerk), ("sunjing", "孙静", Role.Clerk), ("handong", "韩冬", Role.ApproverL2), ("jimin", "纪敏", Role.Panel),
        ];
        FundSession set = foundation.Operator(book);
        List<DemoPerson> people = [];
        foreach (var (user, name, role) in all)
        {
            DemoPerson person = new(user, name, password(), Term.Of(role));
            _ids[user] = await set.Run(new AddLogin(Key(), new NewLogin(name, user, person.Password), MustChange: false), ct);
            await set.Run(new GrantRole(Key(), _ids[user], role, null, new LocalDate(2026, 1, 1), null), ct);
            people.Add(person);
        }

        return people;
    }

    /// <summary>Implementing body and people of a team; the financial lead and who confirms are the same for most of the demo.</summary>
    public TeamForm Team(GroupKind kind, string committee, params IReadOnlyList<MemberForm> members) =>
        TeamOf("zhangrong", kind, committee, members);

    /// <summary>The same with another to keep the money.</summary>
    public TeamForm TeamOf(string keeper, GroupKind kind, string committee, params IReadOnlyList<MemberForm> members) =>
        new(kind, committee, _ids[keeper], _ids["lvjianguo"], members);

    public static async Task Write(FundSession by, long grant, IReadOnlyList<SectionText> sections, CancellationToken ct)
    {
        foreach (SectionText section in sections)
        {
            await by.Run(new SaveSection(Key(), grant, 0, section), ct);
        }
    }

    /// <summary>The lead writes it, or the desk types what came on paper; whoever confirms it signs.</summary>
    public async Task<long> Apply(long round, DemoProject project, IReadOnlyList<SectionText> sections, CancellationToken ct)
    {
        FundSession by = project.IsOnPaper ? Second : Lead;
        long grant = project.IsOnPaper
            ? await by.Run(new StartApplication(Key(), round, project.Title, project.Community, project.Lead,
                [await Keep(by, $"申请书 {project.Title}.pdf", "项目申请书（纸质原件扫描）", $"{project.Title}　总负责人签字", ct)]), ct)
            : await by.Run(new StartApplication(Key(), round, project.Title, project.Community), ct);
        await Write(by, grant, sections, ct);
        await Send(by, grant, ct);
        return grant;
    }

    /// <summary>The application goes to whoever confirms it, who reads and signs it.</summary>
    public async Task Send(FundSession by, long grant, CancellationToken ct)
    {
        await by.Run(new AskForSignOff(Key(), grant, 1), ct);
        ApplicationView shown = await Signer.Ask(new ReadApplication(grant), ct);
        await Signer.Run(new SignOffApplication(Key(), grant, shown.StateVersion, shown.Sha256), ct);
    }

    /// <summary>The desk looks at every point of the guide and finds nothing amiss.</summary>
    public async Task Accept(long grant, CancellationToken ct, string record = "第一次申报，没有过往项目")
    {
        await Desk.Run(new NoteChecks(Key(), grant, [.. Enum.GetValues<ScreeningCheck>().Select(check => check == ScreeningCheck.Record
            ? new CheckForm(check, CheckVerdict.Note, record) : new CheckForm(check, CheckVerdict.Ok))]), ct);
        await Desk.Run(new AcceptApplication(Key(), grant, await Version(grant, ct)), ct);
    }

    public async Task<int> Version(long grant, CancellationToken ct) => (await Desk.Ask(new CasePage(grant), ct)).StateVersion;

    public async Task<long> Round(long grant, CancellationToken ct) => (await Desk.Ask(new CasePage(grant), ct)).RoundId;

    public static async Task<Enclosure> Keep(FundSession by, string name, string title, string line, CancellationToken ct) =>
        new(await by.Run(new UploadDocument(Key(), name, DemoPaper.Pdf(title, line)), ct));

    private FundSession As(string user) => foundation.SessionOf(_ids[user], book);
}
