using Microsoft.Playwright;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>A reader looks at the pictures of money: each is drawn, and the table below it has the same sum.</summary>
public sealed class MoneyJourney
{
    [Fact]
    public async Task Each_picture_is_drawn_and_the_table_below_it_says_the_same()
    {
        await using Site site = new();
        await site.InitializeAsync();
        site.Listen();
        Browsing reader = await Browsing.SignIn(site, "chenjing", 1280, 900);
        await reader.Go("/Lots?year=2026&fund=3");
        await Drawn(reader, 3);
        await Same(reader, "#inflow", "picture.series.flatMap(each => each.fen)");
        await Same(reader, "#flow", "picture.links.filter(link => link.target.startsWith('fund')).map(link => link.fen)");
        await Same(reader, "#life", "picture.came", column: 1);
        await reader.Click(reader.Page.Locator("#life a", new PageLocatorOptions { HasText = "从设立到今天" }));
        await Drawn(reader, 1);
        await reader.Sees("设立");
        await reader.Click(reader.Page.Locator(".picture-table tbody a").First);
        await reader.NoRefusal();
        await reader.Close();

        Browsing phone = await Browsing.SignIn(site, "liwen", 390, 844);
        await phone.Go("/Lots");
        await Drawn(phone, 2);
        await phone.Go("/Lots?from=2026-03-02&to=2026-03-01");
        await phone.Sees("请把两个日期对调或改正");
        await phone.Close();
    }

    private static Task Drawn(Browsing person, int pictures) =>
        Assertions.Expect(person.Page.Locator(".picture.drawn canvas")).ToHaveCountAsync(pictures);

    /// <summary>The figures that the picture was drawn from add up to the total of its table, to the fen.</summary>
    private static async Task Same(Browsing person, string part, string figures, int? column = null)
    {
        long drawn = await person.Page.EvaluateAsync<long>(
            $"() => {{ const picture = JSON.parse(document.querySelector('{part} [data-picture]').dataset.picture); return ({figures}).reduce((sum, fen) => sum + fen, 0); }}");
        ILocator totals = person.Page.Locator($"{part} .picture-table tfoot").First.Locator("td");
        string total = await (column is { } at ? totals.Nth(at - 1) : totals.Last).InnerTextAsync();
        long.Parse(total.Replace(",", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture)
            .ShouldBe(drawn, part);
        drawn.ShouldNotBe(0, part);
    }
}
