using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Periods;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.TimeBank;

/// <summary>A time bank in the small charity: two coordinators, the rule for confirmed hours, a first version of its own rules.</summary>
internal static class TimeBankNotation
{
    public static readonly LocalDate Day = new(2026, 3, 10);

    /// <summary>Rates of the first version: an hour of 服务 brings 10, 10, 5 and 0 points by grade; an hour of 组织 12.</summary>
    public static IReadOnlyList<RateTerms> Rates { get; } =
    [
        new("服务", EvidenceGrade.Verified, 10), new("服务", EvidenceGrade.TwoParty, 10), new("服务", EvidenceGrade.BackEntered, 5),
        new("服务", EvidenceGrade.Legacy, 0), new("组织", EvidenceGrade.Verified, 12), new("组织", EvidenceGrade.TwoParty, 12),
    ];

    public static FundSession Of(this TestBody body, long person) => body.Foundation.SessionOf(person, body.Book);

    /// <summary>Opens the programme and has its rules approved; the body's coordinators are then <paramref name="first"/> and second.</summary>
    public static async Task<TimeBankBody> OpenTimeBank(this TestBody body, ProgrammeTerms? terms = null, LocalDate? start = null)
    {
        LocalDate from = start ?? new(body.Clock.Now.InUtc().Year, 1, 1);
        int programme = await body.Accountant.Run(new OpenProgramme(TestBody.Key, "T01", "时间银行"));
        long first = await body.Worker("孙协调", "sun", Role.Coordinator), second = await body.Worker("钱协调", "qian", Role.Coordinator);
        if (!(await body.Accountant.Ask(new RuleList(UnitDoor.Rule))).IsInForce)
        {
            long rule = await body.Accountant.Run(new ProposeRule(TestBody.Key, true, from, "时间银行开办", UnitDoor.Rule));
            await body.Reviewer.Run(new AgreeRule(TestBody.Key, rule));
        }

        TimeBankBody bank = new(body, programme, first, second);
        await bank.Rules(from, terms ?? new ProgrammeTerms(), Rates);
        return bank;
    }

    /// <summary>Somebody with a sign-in and a role over the whole book.</summary>
    public static async Task<long> Worker(this TestBody body, string name, string userName, params Role[] roles)
    {
        long person = await body.Reviewer.Run(new AddLogin(TestBody.Key, new NewLogin(name, userName, TestBody.Password), MustChange: false));
        foreach (Role role in roles)
        {
            await body.Operator.Run(new GrantRole(TestBody.Key, person, role, null, new LocalDate(2024, 1, 1), null));
        }

        return person;
    }
}

/// <summary>The small charity with its time bank.</summary>
internal sealed record TimeBankBody(TestBody Body, int Programme, long FirstCoordinator, long SecondCoordinator)
{
    public FundSession First => Body.Of(FirstCoordinator);

    public FundSession Second => Body.Of(SecondCoordinator);

    public async Task<long> Rules(LocalDate from, ProgrammeTerms terms, IReadOnlyList<RateTerms> rates)
    {
        long rule = await First.Run(new ProposeProgrammeRule(TestBody.Key, Programme, from, terms, rates, "理事会决议"));
        await Second.Run(new DecideProgrammeRule(TestBody.Key, rule, Agrees: true));
        return rule;
    }

    public Task<long> Volunteer(string name, string household = "", LocalDate? bornOn = null, long? guardian = null) =>
        First.Run(new AddMember(TestBody.Key, Programme, MemberKind.Volunteer, name, "幸福里", household, guardian, bornOn));

    public async Task<(long Hours, long Points, long InRedemption)> Holds(long person)
    {
        await using FundDb db = Body.Db();
        HolderBalance? held = await db.Set<HolderBalance>().SingleOrDefaultAsync(row => row.PersonId == person);
        return held is null ? (0, 0, 0) : (held.Hours, held.Points, held.InRedemption);
    }

    /// <summary>Posts an entry as the first coordinator, without the register that stands behind it in the product.</summary>
    public Task<PostedNumber> Post(UnitKind kind, long units, long? debit, long? credit, LocalDate? on = null, long? of = null, bool red = false) =>
        First.Run(new PostUnits(TestBody.Key, Programme, kind, units, debit, credit, on ?? TimeBankNotation.Day, of, red));
}

/// <summary>A bare entry in hours or points: the sides of its kind, with the holders given.</summary>
internal sealed record PostUnits(
    Guid Key, int Programme, UnitKind Kind, long Units, long? Debit, long? Credit, LocalDate On, long? Of, bool Red, string DebitKey = "", string CreditKey = "")
        : Command<PostedNumber>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Person);

    internal override async Task<PostedNumber> Apply(Work work, CancellationToken ct)
    {
        Fund fund = await work.FundById(Programme, ct);
        Chart chart = await work.ChartOn(On, ct);
        (string debit, string credit) = DebitKey.Length > 0 ? (DebitKey, CreditKey) : Kind switch
        {
            UnitKind.HoursEarned or UnitKind.HoursStarted => (Debit is null ? "hours-pool" : "hours-held", "hours-issued"),
            UnitKind.HoursGiven => ("hours-held", "hours-held"),
            UnitKind.HoursDonated => ("hours-pool", "hours-held"),
            UnitKind.HoursAllotted => ("hours-held", "hours-pool"),
            UnitKind.HoursUsed => ("hours-used", "hours-held"),
            UnitKind.PointsEarned => ("points-held", "points-issued"),
            UnitKind.PointsReserved => ("points-in-redemption", "points-held"),
            UnitKind.PointsRedeemed => ("points-redeemed", "points-in-redemption"),
            _ => ("points-expired", "points-held"),
        };
        Amount amount = Amount.OfUnits(Units, chart.Find(debit)!.Commodity is "HOUR" ? Commodity.Hour
            : chart.Find(debit)!.Commodity is "POINT" ? Commodity.Point : Commodity.Cny);
        Tags from = new(Counterparty: Credit), to = new(Counterparty: Debit);
        EntryDraft draft = JournalEntry.On(On, "时间银行");
        JournalEntry entry = (Red ? draft.RedDebit(chart[debit], fund.Code, amount, to).RedCredit(chart[credit], fund.Code, amount, from)
            : draft.Debit(chart[debit], fund.Code, amount, to).Credit(chart[credit], fund.Code, amount, from)).Balanced();
        bool isIssued = Kind is (UnitKind.HoursEarned or UnitKind.PointsEarned) && !Red && (Debit is null || await Member.Find(work, Debit.Value, ct) is not null);
        IReadOnlyList<Ground> grounds = isIssued ? [await WhyOf(work, debit, ct)] : [];
        return (await new UnitDoor(work, fund).PostByRule([new UnitEntry(Kind, entry, Of, grounds)], ct))[0];
    }

    /// <summary>The ground that the database asks for: hours from before the programme, of whoever gets them, that another person confirmed.</summary>
    private async Task<Ground> WhyOf(Work work, string debit, CancellationToken ct)
    {
        bool isPool = debit == "hours-pool";
        long person = Debit ?? await work.Db.Set<Member>().Where(row => row.BookId == work.Book).MinAsync(row => row.PersonId, ct);
        bool isPoints = Kind == UnitKind.PointsEarned;
        int minutes = isPoints ? 60 : checked((int)Units), rate = isPoints ? checked((int)Units) : 0;
        long other = await work.Db.Set<RoleGrant>().Where(row => row.BookId == work.Book && row.PersonId != work.ActorId && row.PersonId != person)
            .MinAsync(row => row.PersonId, ct);
        long[] record = await work.Db.Database.SqlQuery<long>(
            $"""
            insert into service_record (book_id, fund_id, person_id, role, grade, day, programme_rule_id, points_per_hour, rounding_minutes, cap_minutes,
                raw_minutes, rounded_minutes, cut_activity, cut_day, credited_minutes, points, ticked_in_by, reason, written_at)
            select {work.Book}, {Programme}, {person}, '服务', 'legacy', {On.ToDateOnly()}, max(programme_rule_id), {rate}, 1, {minutes},
                {minutes}, {minutes}, 0, 0, {minutes}, {minutes} * {rate} / 60, {work.ActorId}, '测试', {work.Now.ToDateTimeUtc()}
              from programme_rule where book_id = {work.Book}
            returning service_record_id as "Value"
            """).ToArrayAsync(ct);
        await work.Db.Database.ExecuteSqlAsync(
            $"""
            update service_record set state = 'confirmed', confirmed_by = {other}, confirmed_at = {work.Now.ToDateTimeUtc()}
             where book_id = {work.Book} and service_record_id = {record[0]}
            """, ct);
        return new Ground(person, GroundSource.Record, record[0], isPool ? 0 : Units, isPool ? Units : 0);
    }
}
