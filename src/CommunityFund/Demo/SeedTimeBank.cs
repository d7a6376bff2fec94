using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Periods;
using CommunityFund.Stock;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Exchange;
using CommunityFund.TimeBank.Holders;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Redemptions;
using CommunityFund.TimeBank.Units;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Demo;

/// <summary>
/// A time bank in the days before the demo is filled in: two coordinators, volunteers, elders and a daughter who books for her mother; activities by
/// list, by paper and by the code at the door; points that became washing liquid, a haircut and a drink that waits; one neighbour who needs help
/// soon.
/// </summary>
internal sealed class SeedTimeBank
{
    private readonly Foundation _foundation;
    private readonly FundSession _accountant, _reviewer, _visitor;
    private readonly DemoClock _clock;
    private readonly LocalDate _today;
    private readonly long _project;
    private readonly int _payingFund;
    private readonly Dictionary<string, long> _members = [];
    private FundSession _first = null!, _second = null!;
    private int _programme;

    private SeedTimeBank(
        Foundation foundation, FundSession accountant, FundSession reviewer, DemoClock clock, LocalDate today, long project, int payingFund)
    {
        (_foundation, _accountant, _reviewer, _clock, _today, _project, _payingFund) =
            (foundation, accountant, reviewer, clock, today, project, payingFund);
        _visitor = foundation.Visitor();
    }

    /// <param name="today">The day on which the demo is filled in.</param>
    /// <param name="project">What the volunteers' visits are for.</param>
    /// <param name="payingFund">Pays for what is handed out.</param>
    /// <returns>Who can sign in, with this installation's passwords.</returns>
    public static async Task<IReadOnlyList<DemoPerson>> Run(Foundation foundation, FundSession accountant, FundSession reviewer, DemoClock clock,
        LocalDate today, long project, int payingFund, Func<string> password, CancellationToken ct)
    {
        SeedTimeBank bank = new(foundation, accountant, reviewer, clock, today, project, payingFund);
        IReadOnlyList<DemoPerson> people = await bank.Open(password, ct);
        await bank.Join(ct);
        await bank.Visits(ct);
        await bank.Garden(ct);
        await bank.Doors(ct);
        await bank.Help(ct);
        await bank.Redeem(ct);
        await bank.Soon(ct);
        return people;
    }

    private static Guid Key() => GrantCast.Key();

    private LocalDate Ago(int days) => _today.PlusDays(-days);

    private async Task<IReadOnlyList<DemoPerson>> Open(Func<string> password, CancellationToken ct)
    {
        _clock.Turn(Ago(3), 9, 0);
        LocalDate from = new(Ago(75).Year, Ago(75).Month, 1);
        FundSession set = _foundation.Operator(_accountant.Book);
        DemoPerson[] people =
        [
            new("hemin", "何敏", password(), Term.Of(Role.Coordinator)), new("dengjie", "邓洁", password(), Term.Of(Role.Coordinator)),
        ];
        List<FundSession> sessions = [];
        foreach (DemoPerson person in people)
        {
            long id = await set.Run(new AddLogin(Key(), new NewLogin(person.Name, person.UserName, person.Password), MustChange: false), ct);
            await set.Run(new GrantRole(Key(), id, Role.Coordinator, null, new LocalDate(2026, 1, 1), null), ct);
            sessions.Add(_foundation.SessionOf(id, _accountant.Book));
        }

        (_first, _second) = (sessions[0], sessions[1]);
        _programme = await _accountant.Run(new OpenProgramme(Key(), "SJ01", "清河时间银行"), ct);
        await _reviewer.Run(new AgreeRule(Key(), await _accountant.Run(
            new ProposeRule(Key(), Begins: true, from, "时间银行开办，理事会 2026 年第 3 次会议决议二", UnitDoor.Rule), ct)), ct);
        RateTerms[] rates =
        [
            .. from role in (string[])["服务", "组织"]
               from grade in Enum.GetValues<EvidenceGrade>()
               select new RateTerms(role, grade, grade switch { EvidenceGrade.Legacy => 0, EvidenceGrade.BackEntered => 5, _ => 10 }),
        ];
        long rule = await _first.Run(new ProposeProgrammeRule(Key(), _programme, from, new ProgrammeTerms(), rates,
            "理事会 2026 年第 3 次会议决议二"), ct);
        await _second.Run(new DecideProgrammeRule(Key(), rule, Agrees: true), ct);
        return people;
    }

    private async Task Join(CancellationToken ct)
    {
        (MemberKind Kind, string Name, string Community, string Household, LocalDate? Born)[] all =
        [
            (MemberKind.Volunteer, "沈兰", "幸福里社区", "", null), (MemberKind.Volunteer, "周平", "幸福里社区", "", null),
            (MemberKind.Volunteer, "徐慧", "翠苑社区", "", null), (MemberKind.Volunteer, "马强", "翠苑社区", "", null),
            (MemberKind.Volunteer, "林芳", "幸福里社区", "幸福里 3 幢 501", null),
            (MemberKind.Elder, "王桂芝", "翠苑社区", "翠苑 5 幢 102", new(1944, 5, 8)),
            (MemberKind.Elder, "赵德福", "幸福里社区", "幸福里 1 幢 203", new(1941, 11, 20)),
            (MemberKind.Family, "王莉", "翠苑社区", "翠苑 5 幢 102", null),
            (MemberKind.Group, "清河中学志愿服务队", "幸福里社区", "", null),
        ];
        foreach (var (kind, name, community, household, born) in all)
        {
            _members[name] = await _first.Run(new AddMember(Key(), _programme, kind, name, community, household, BornOn: born), ct);
        }

        _members["林晓"] = await _first.Run(new AddMember(Key(), _programme, MemberKind.Volunteer, "林晓", "幸福里社区", "幸福里 3 幢 501",
            _members["林芳"], _today.PlusYears(-16)), ct);
    }

    /// <summary>Kept by list, confirmed and in the books.</summary>
    private async Task Visits(CancellationToken ct)
    {
        long visits = await Publish("独居老人上门探访", "翠苑社区居家养老站", Ago(30), "09:00", "12:00", ct, _project);
        await Tick(visits, "09:00", "12:05", ct, "沈兰", "周平", "徐慧", "清河中学志愿服务队");
        await Tick(visits, "09:30", "11:40", ct, "马强");
        await Confirm(visits, _second, ct);
        await _first.Run(new CloseActivity(Key(), visits), ct);
    }

    /// <summary>The list was forgotten: a signed sheet came later, which counts for less.</summary>
    private async Task Garden(CancellationToken ct)
    {
        long garden = await Publish("社区花园整理", "幸福里社区花园", Ago(10), "14:00", "16:30", ct);
        await SignUp(garden, ct, "林芳", "林晓", "沈兰");
        await _first.Run(new EnterPaperSheet(Key(), garden,
            [.. ((string[])["林芳", "林晓", "沈兰"]).Select(name => new AttendanceTimes(_members[name], "14:00", "16:30"))],
            "当天没有带平板，用纸质签到表",
            [await GrantCast.Keep(_first, "签到表 社区花园整理.pdf", "志愿服务签到表", "社区花园整理 14:00–16:30，3 人签字", ct)]), ct);
        await Confirm(garden, _second, ct);
        await _second.Run(new CloseActivity(Key(), garden), ct);
    }

    /// <summary>Signed in and out with the code at the door.</summary>
    private async Task Doors(CancellationToken ct)
    {
        string[] names = ["沈兰", "周平", "徐慧"];
        long doors = await Publish("楼道微更新动手日", "翠苑社区 7 幢", Ago(3), "14:00", "16:00", ct);
        await SignUp(doors, ct, names);
        _clock.Turn(Ago(3), 14, 2);
        foreach (string name in names)
        {
            await _visitor.Run(new SignInAtVenue(Key(), await Card(name, ct), doors, (await _first.Ask(new VenueCode(doors), ct)).Code), ct);
        }

        _clock.Turn(Ago(3), 16, 4);
        foreach (string name in names)
        {
            await _visitor.Run(new SignOutAtVenue(Key(), await Card(name, ct), doors, (await _first.Ask(new VenueCode(doors), ct)).Code), ct);
        }

        await Confirm(doors, _second, ct);
        await _first.Run(new CloseActivity(Key(), doors), ct);
    }

    /// <summary>Start hours for two elders; a daughter books for her mother, a neighbour helps and she confirms.</summary>
    private async Task Help(CancellationToken ct)
    {
        _clock.Turn(Ago(2), 9, 0);
        foreach (string elder in (string[])["王桂芝", "赵德福"])
        {
            long grant = await _first.Run(new ProposeHourGrant(Key(), HourGrantKind.Started, _members[elder], 300, "独居高龄老人启动时间"), ct);
            await _second.Run(new DecideHourGrant(Key(), grant, Agrees: true), ct);
        }

        MemberPass daughter = await Card("王莉", ct), neighbour = await Card("沈兰", ct);
        long request = await _visitor.Run(new AskForService(Key(), daughter, _members["王桂芝"],
            new ServiceWish("服务", "陪同去社区医院量血压", "翠苑社区", Ago(2), "10:00", "11:30")), ct);
        await _visitor.Run(new OfferService(Key(), neighbour, request), ct);
        await _first.Run(new MatchRequest(Key(), request, neighbour.Number), ct);
        _clock.Turn(Ago(2), 12, 0);
        await _visitor.Run(new ReportDone(Key(), neighbour, request, new ServedTime(Ago(2), "10:00", "11:20")), ct);
        await _visitor.Run(new ConfirmService(Key(), daughter, request), ct);
        await _visitor.Run(new GiveHours(Key(), await Card("周平", ct), (await Card("赵德福", ct)).Number, 60, HourReason.Help), ct);
    }

    /// <summary>What points bring: washing liquid that was bought, a haircut at a merchant's, a drink that a sponsor gives.</summary>
    private async Task Redeem(CancellationToken ct)
    {
        _clock.Turn(Ago(2), 14, 0);
        GoodsAnswer bought = await _accountant.Run(new BuyGoods(Key(), _payingFund, DemoGoods.Place,
            [new GoodsIn("洗衣液 2 公斤装", "瓶", 30, Amount.Yuan(540))], Ago(2), Restriction.Unrestricted, "", "清河百货店", PersonKind.Organisation,
            "时间银行兑换物资", Documents: [await GrantCast.Keep(_accountant, "发票 洗衣液.pdf", "洗衣液 30 瓶，价税合计 540.00", "购买方：清河慈善会", ct)]), ct);
        await _reviewer.Run(new ReviewVoucher(Key(), bought.Voucher!.Value), ct);
        LotChoice lot = (await _accountant.Ask(new StockChoices(), ct)).Lots.Single(row => row.Unit == "瓶");
        LocalDate from = Ago(2);
        long liquid = await Offer(new ProposeItem(Key(), _programme, "洗衣液 2 公斤装", 20,
            new CatalogueSupply(CatalogueSource.Goods, _payingFund, lot.Item, lot.Place), 2, from), ct);
        long haircut = await Offer(new ProposeItem(Key(), _programme, "理发一次", 15,
            new CatalogueSupply(CatalogueSource.Merchant, _payingFund, Merchant: "清河理发店", Cost: Amount.Yuan(12), Quota: 40), 1, from), ct);
        long drink = await Offer(new ProposeItem(Key(), _programme, "热豆浆一杯", 5,
            new CatalogueSupply(CatalogueSource.Sponsor, Merchant: "幸福里早点铺", Quota: 100), 4, from), ct);
        long cover = await _accountant.Run(new ProposePointReserve(Key(), _programme, _payingFund, Amount.Yuan(0.9m), from, "按近三个月兑换成本测算"), ct);
        await _first.Run(new DecidePointReserve(Key(), cover, Agrees: true), ct);
        foreach ((string name, long item) in new[] { ("沈兰", liquid), ("徐慧", haircut) })
        {
            await _reviewer.Run(new ReviewVoucher(Key(), await HandOut(name, item, ct)), ct);
        }

        await _visitor.Run(new Reserve(Key(), await Card("马强", ct), drink), ct);
        await _visitor.Run(new IssueMyCertificate(Key(), await Card("沈兰", ct), Ago(30), Ago(2)), ct);
    }

    /// <summary>What waits: hours to confirm, an activity to come, an elder who needs somebody soon.</summary>
    private async Task Soon(CancellationToken ct)
    {
        long meals = await Publish("老年食堂帮厨", "清河街道老年食堂", Ago(1), "09:00", "12:00", ct);
        _clock.Turn(Ago(1), 17, 0);
        await Tick(meals, "09:00", "12:30", ct, "周平", "马强");
        long clothes = await Publish("旧衣回收日", "幸福里社区广场", _today.PlusDays(5), "09:00", "11:30", ct);
        await SignUp(clothes, ct, "沈兰", "林芳", "林晓");
        await _first.Run(new AskForServiceFor(Key(), _programme, (await Card("赵德福", ct)).Number,
            new ServiceWish("服务", "取药", "幸福里社区", _today.PlusDays(1), "09:00", "10:00", IsUrgent: true, UrgentReason: "降压药只够两天")), ct);
    }

    private Task<long> Publish(string title, string place, LocalDate day, string starts, string ends, CancellationToken ct, long? project = null) =>
        _first.Run(new PublishActivity(Key(), _programme, new ActivityTerms(title, place, day, starts, ends,
            [new RoleSeats("服务", 12), new RoleSeats("组织", 2)], CapMinutes: null, IsInsured: true, project)), ct);

    private async Task SignUp(long activity, CancellationToken ct, params string[] names)
    {
        foreach (string name in names)
        {
            await _first.Run(new SignUpMember(Key(), activity, _members[name], "服务"), ct);
        }
    }

    private async Task Tick(long activity, string from, string until, CancellationToken ct, params string[] names)
    {
        await SignUp(activity, ct, names);
        await _first.Run(new TickAttendance(Key(), activity, [.. names.Select(name => new AttendanceTimes(_members[name], from, until))]), ct);
    }

    private async Task Confirm(long activity, FundSession by, CancellationToken ct)
    {
        await by.Run(new ConfirmHours(Key(), activity, (await by.Ask(new ActivityPage(activity), ct)).Confirmable), ct);
    }

    private async Task<MemberPass> Card(string name, CancellationToken ct)
    {
        CardSlip card = (await _first.Ask(new MemberCards(_programme, _members[name]), ct)).Cards.Single();
        return new MemberPass(card.Number, card.Code);
    }

    private async Task<long> Offer(ProposeItem item, CancellationToken ct)
    {
        long proposed = await _first.Run(item, ct);
        await _accountant.Run(new DecideItem(Key(), proposed, Agrees: true), ct);
        return proposed;
    }

    /// <returns>The voucher of its cost, which waits.</returns>
    private async Task<long> HandOut(string name, long item, CancellationToken ct)
    {
        MemberPass card = await Card(name, ct);
        long reserved = await _visitor.Run(new Reserve(Key(), card, item), ct);
        string code = (await _visitor.Ask(new MyReservation(card, reserved), ct)).Code;
        await _second.Run(new HandOver(Key(), reserved, code), ct);
        return (await _accountant.Ask(new ReservationList(ReservationFilter.HandedOver), ct)).Rows
            .Single(row => row.Number == reserved).Voucher!.Value;
    }
}
