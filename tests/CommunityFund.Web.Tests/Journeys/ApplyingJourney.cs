using System.Globalization;
using CommunityFund.Tests;
using Microsoft.Playwright;
using NodaTime;
using Npgsql;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>
/// An application as people make it: the lead on a phone, saved while it is written; the head of the committee reads and signs it on another
/// phone; the desk screens it. Then a correction: the lead changes what was opened, both sign, and the desk sees what changed.
/// </summary>
public sealed class ApplyingJourney
{
    private static readonly (string Field, string Text)[] Budget =
    [
        ("Total", "5000"), ("Lines[0].What", "二胡和谱架"), ("Lines[0].Quantity", "10"), ("Lines[0].Unit", "套"), ("Lines[0].Price", "500"),
        ("Lines[0].Own", "600"),
    ];

    [Fact]
    public async Task A_lead_writes_on_a_phone_another_signs_the_text_that_was_shown_and_the_desk_screens_it()
    {
        await using Site site = new();
        await site.InitializeAsync();
        long round = await Call(site);
        site.Listen();
        Browsing lead = await Browsing.SignIn(site, "shilei", 390, 844);
        string id = await Write(lead, round);
        Browsing signer = await Browsing.SignIn(site, "lvjianguo", 390, 844);
        await Sign(signer, id);
        Browsing desk = await Browsing.SignIn(site, "gaomin", 1280, 900);
        await Screen(desk, id);
        await Correct(lead, signer, desk, id);
        await lead.Close();
        await signer.Close();
        await desk.Close();
    }

    private static async Task<string> Write(Browsing lead, long round)
    {
        await lead.Go(string.Create(CultureInfo.InvariantCulture, $"/Grants/Start?round={round}"));
        await lead.Page.FillAsync("[name=ProjectTitle]", "夕阳红民乐队");
        await lead.Page.FillAsync("[name=Community]", "翠苑社区");
        await lead.Press("开始填写申请书");
        await lead.NoRefusal();
        string id = lead.Page.Url.Split("id=")[1];

        // Saved while it is written: nothing is pressed, and it stands there on the next visit.
        await lead.Go($"/Grants/Purpose?id={id}");
        await lead.Page.FillAsync("[name=Aim]", "每周排练一次，重阳节演出");
        await lead.Page.FillAsync("[name=People]", "30");
        await Assertions.Expect(lead.Page.Locator("[data-auto-says]")).ToContainTextAsync("已保存");
        await lead.Turn(() => lead.Page.ReloadAsync());
        await Assertions.Expect(lead.Page.Locator("[name=Aim]")).ToHaveValueAsync("每周排练一次，重阳节演出");
        await lead.Page.FillAsync("[name=ForWhom]", "爱好民乐的老人");
        await lead.Press("保存，回到清单");
        await lead.NoRefusal();
        await lead.Go($"/Grants/Need?id={id}");
        await lead.Page.CheckAsync("[name=Needs]");
        await Fill(lead, ("Why", "老人没有固定场地排练"), ("HowKnown", "议事会"));
        await lead.Go($"/Grants/Plan?id={id}");
        await Fill(lead, ("Steps[0].What", "招募队员"), ("Steps[0].From", "2026-12-01"), ("Steps[0].Until", "2026-12-31"));
        await lead.Go($"/Grants/Indicators?id={id}");
        await Fill(lead, ("Rows[0].Name", "排练次数"), ("Rows[0].Baseline", "0"), ("Rows[0].Target", "24"), ("Rows[0].Unit", "次"));
        await lead.Go($"/Grants/Team?id={id}");
        await lead.Choose("FinLead", "张蓉");
        await lead.Choose("Signer", "吕建国");
        await Fill(lead, ("Organisation", "翠苑社区民乐协会"), ("Members[0].Name", "沈阿姨"), ("Members[0].Duty", "指挥"));
        await lead.Go($"/Grants/Show?id={id}");
        await lead.Sees("预算还没有填完");
        await lead.Go($"/Grants/Budget?id={id}");
        await Fill(lead, Budget);
        await lead.Press("请负责人确认");
        await lead.NoRefusal();
        await lead.Sees("居委会或组织负责人 吕建国");
        return id;
    }

    private static async Task Fill(Browsing person, params (string Field, string Text)[] fields)
    {
        foreach (var (field, text) in fields)
        {
            await person.Page.FillAsync($"[name='{field}']", text);
        }

        await person.Press("保存，回到清单");
        await person.NoRefusal();
    }

    private static async Task Sign(Browsing signer, string id)
    {
        await signer.Go($"/Grants/SignOff?id={id}");
        await signer.Sees("SHA-256");
        await signer.Sees("二胡和谱架");
        await signer.Press("确认并提交");
        await signer.NoRefusal();
        await signer.Sees("T-1-001");
    }

    private static async Task Screen(Browsing desk, string id)
    {
        await desk.Go($"/Grants/Show?id={id}");
        await desk.Press("开始资格审查");
        await desk.NoRefusal();
        await desk.Sees("需求和居民调研一致");
        foreach (ILocator ok in await desk.Page.Locator("input[type=radio][value=Ok]").AllAsync())
        {
            await ok.CheckAsync();
        }

        await desk.Page.Locator("[name='Checks[3].Verdict'][value=Not]").CheckAsync();
        await desk.Press("保存审查记录");
        await desk.Sees("要写明看到了什么");
        await desk.Page.FillAsync("[name='Checks[3].Note']", "单价没有报价");
        await desk.Press("保存审查记录");
        await desk.Sees("金额、单价和自筹符合指南不符合");
    }

    private static async Task Correct(Browsing lead, Browsing signer, Browsing desk, string id)
    {
        await desk.Go($"/Grants/Screen?id={id}");
        await desk.Page.Locator("summary", new PageLocatorOptions { HasText = "要求补正" }).ClickAsync();
        await desk.Page.Locator("form[action*='handler=Correct'] [name=Reason]").FillAsync("附报价");
        await desk.Page.FillAsync("[name='Items[0].Words']", "单价偏高，请附报价或改低");
        await desk.Page.SelectOptionAsync("[name='Items[0].Section']", "Budget");
        await desk.Click(desk.Page.Locator("form[action*='handler=Correct'] button"));
        await desk.NoRefusal();

        await lead.Go($"/Grants/Show?id={id}");
        await lead.Sees("单价偏高，请附报价或改低");
        await lead.Go($"/Grants/Purpose?id={id}");
        await Assertions.Expect(lead.Page.Locator("[name=Aim]")).ToHaveCountAsync(0);
        await lead.Go($"/Grants/Budget?id={id}");
        await Fill(lead, ("Total", "4500"), ("Lines[0].Price", "450"));
        await lead.Go($"/Grants/SignOff?id={id}");
        await lead.Press("提交补正");
        await lead.NoRefusal();
        await signer.Go($"/Grants/SignOff?id={id}");
        await signer.Press("提交补正");
        await signer.NoRefusal();
        await desk.Go($"/Grants/Differences?id={id}&from=1&to=2");
        await desk.Sees("500.00 元");
        await desk.Sees("450.00 元");
    }

    /// <summary>A call that is open whenever this runs.</summary>
    private static async Task<long> Call(Site site)
    {
        LocalDate today = SystemClock.Instance.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;
        await using NpgsqlConnection owner = new(site.Connections.Owner);
        await owner.OpenAsync();
        await using NpgsqlCommand call = new(
            """
            insert into grant_round (book_id, code, title, survey, who_may, forbidden, guide, opens_on, closes_on, cap_units, own_basis, policy,
                   screening_days, correction_days, notice_days, agreement_days, state, proposed_by, proposed_at)
              values (1, 'T-1', '民乐专项征集', '议事会', '居民团队', '烟酒', '', $1, $2, 1000000, 1000, 'advance-then-acquit', 10, 5, 7, 15, 'waiting', 1, now())
            returning grant_round_id
            """, owner);
        call.Parameters.AddWithValue(today.PlusDays(-1).ToDateOnly());
        call.Parameters.AddWithValue(today.PlusDays(30).ToDateOnly());
        long round = (long)(await call.ExecuteScalarAsync())!;
        await using NpgsqlCommand agree = new(string.Create(CultureInfo.InvariantCulture,
            $"""
            insert into grant_round_pool values (1, {round}, 1, 2000000);
            insert into grant_round_need values (1, {round}, 1, '老人没有排练场地', 30);
            update grant_round set state = 'agreed', decided_by = 2, decided_at = now() where grant_round_id = {round};
            """), owner);
        await agree.ExecuteNonQueryAsync();
        return round;
    }
}
