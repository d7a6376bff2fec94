using CommunityFund.Books;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Endings;
using CommunityFund.Ledger;

namespace CommunityFund.Demo;

/// <summary>
/// What three more projects of the first round came to: one bought tables that the foundation keeps; for one the foundation paid the factory
/// itself; one never began, was ended, its claim given up, and a part of the money came after all.
/// </summary>
internal sealed class SeedOutcomes
{
    public const string Supplier = "清河照明电器有限公司";

    private readonly GrantCast _cast;
    private readonly long _writeOff, _lamps;
    private readonly string _number;

    private SeedOutcomes(GrantCast cast, long writeOff, string number, long lamps) =>
        (_cast, _writeOff, _number, _lamps) = (cast, writeOff, number, lamps);

    /// <summary>Tables and chairs go into the foundation's store, so that every group may borrow them; the rest is cost of the project.</summary>
    public static async Task KeepGoods(GrantCast cast, DemoMoney money, long grant, CancellationToken ct)
    {
        List<(long, decimal)> handedIn = [];
        foreach (DemoReceipt receipt in new DemoReceipt[]
        {
            new(97, "折叠桌 6 张", "清河家具商行", 780, 1, Spending.KeptGoods, "26332000000081230155"),
            new(96, "折叠椅 24 把", "清河家具商行", 420, 1, Spending.KeptGoods, "26332000000081230156"),
            new(88, "楼组活动带领 4 次", "秦老师", 600, 2, Spending.Service),
            new(70, "借用登记册和海报", "清河印务有限公司", 200, 3, Spending.Supplies, "26332000000081230177"),
        })
        {
            handedIn.Add((await money.Receipt(cast.SecondFinLead, grant, receipt, ct), receipt.Yuan));
        }

        await money.Acquit(54, cast.SecondFinLead, await money.First(grant, ct), "袁美华", "丁志远", handedIn, ct,
            new KeptThing(1, "折叠桌", "张", 6, DemoGoods.Place), new KeptThing(2, "折叠椅", "把", 24, DemoGoods.Place));
    }

    /// <summary>Whoever led it moved away: heard, ended, claimed, and given up by resolution.</summary>
    public static async Task<SeedOutcomes> End(GrantCast cast, DemoMoney money, long grant, long lamps, CancellationToken ct)
    {
        const string why = "负责人迁居外地，课程没有开办";
        cast.Turn(91, 10);
        await cast.Desk.Run(new RecordHearing(GrantCast.Key(), grant, cast.Ago(97), cast.Ago(92), Came: true,
            "崔凯说明已迁居外地，课程开不了，缝纫机没有买，愿意退款。"), ct);
        await cast.Panel.Run(new ProposeTermination(GrantCast.Key(), grant, TerminationCause.Breach, why), ct);
        string resolution = $"领导小组决议〔{cast.Ago(90).Year}〕";
        cast.Turn(90, 10);
        await cast.Steer.Run(new TerminateGrant(GrantCast.Key(), grant, await cast.Version(grant, ct), why, $"{resolution}5 号"), ct);
        cast.Turn(90, 14, 30);
        await cast.ApproverL2.Run(new TerminateGrant(GrantCast.Key(), grant, await cast.Version(grant, ct), why, $"{resolution}5 号"), ct);
        cast.Turn(47, 10);
        long demand = await cast.Accountant.Run(new DraftDemand(GrantCast.Key(), grant, await cast.Version(grant, ct), cast.Ago(34),
            "终止后三十天没有核销，应退回全部预拨款"), ct);
        cast.Turn(47, 15);
        await cast.ApproverL2.Run(new SignDemand(GrantCast.Key(), demand), ct);
        cast.Turn(46, 10);
        await money.Review(46, await cast.Accountant.Run(new PrepareDemand(GrantCast.Key(), demand,
            [await GrantCast.Keep(cast.Accountant, "追缴通知书 旧衣改造课.pdf", "追缴通知书", "旧衣改造课　应退回 1,500.00 元，已签发送达", ct)]), ct), ct);
        cast.Turn(32, 10);
        long writeOff = await cast.Accountant.Run(new DraftWriteOff(GrantCast.Key(), grant, cast.Fund("F02"),
            "催告两次没有退款，崔凯电话停机，居委会账户里没有这笔钱", "旧衣改造课项目预拨款 1,500 元未能追回，损失由翠苑社区基金承担"), ct);
        cast.Turn(30, 15);
        await cast.Steer.Run(new ResolveWriteOff(GrantCast.Key(), writeOff, $"{resolution}7 号"), ct);
        cast.Turn(29, 10);
        await money.Review(29, await cast.Accountant.Run(new PrepareWriteOff(GrantCast.Key(), writeOff,
            [await GrantCast.Keep(cast.Accountant, "坏账核销决议 旧衣改造课.pdf", "坏账核销决议", $"{resolution}7 号　核销 1,500.00 元", ct)]), ct), ct);
        cast.Turn(28, 10);
        await cast.Accountant.Run(new SettleRecovery(GrantCast.Key(), grant, await cast.Version(grant, ct)), ct);
        cast.Turn(28, 14, 30);
        await cast.ApproverL2.Run(new SettleRecovery(GrantCast.Key(), grant, await cast.Version(grant, ct)), ct);
        return new SeedOutcomes(cast, writeOff, (await cast.Desk.Ask(new CasePage(grant), ct)).Number, lamps);
    }

    /// <summary>A part of what was given up came, and more is to come; the lamps are on the walls, and their report waits for the desk.</summary>
    public async Task Late(DemoMoney money, CancellationToken ct)
    {
        _cast.Turn(12, 10);
        await _cast.Accountant.Run(new AwaitLateRecovery(GrantCast.Key(), _writeOff, Amount.Yuan(600), "崔凯回社区后先还一部分，由居委会代转"), ct);
        await money.Shown(8, 600, SeedAwards.Green, $"{_number}-H{_writeOff}", ct);
        _cast.Turn(5, 10);
        await _cast.Accountant.Run(new AwaitLateRecovery(GrantCast.Key(), _writeOff, Amount.Yuan(400), "崔凯说月底再还一笔，由居委会代转"), ct);
        long tranche = await money.First(_lamps, ct);
        _cast.Turn(4, 20);
        await _cast.SecondFinLead.Run(new SubmitReport(GrantCast.Key(), tranche, await money.Version(tranche, ct),
            "应急灯 30 盏到货验收，装在八个楼道，断电试验全部自动亮。验收单由楼组长签字，附安装后照片。", 210, 2, Amount.Yuan(1_500),
            await money.Picture(_cast.SecondFinLead, "楼道应急灯安装后", ct)), ct);
    }
}
