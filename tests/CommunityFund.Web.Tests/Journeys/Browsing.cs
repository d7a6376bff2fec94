using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>One person at a browser. Every page that is opened is checked for width: nothing may push the page sideways.</summary>
internal sealed partial class Browsing(IPage page)
{
    private readonly List<string> _faults = [];

    public IPage Page => page;

    public static async Task<Browsing> SignIn(Site site, string userName, int width, int height)
    {
        IPage page = await site.Open(width, height);
        Browsing person = new(page);
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("422", StringComparison.Ordinal))
            {
                person._faults.Add($"{page.Url}: {message.Text}");
            }
        };
        page.Dialog += (_, dialog) => person._faults.Add($"{page.Url}: dialog {dialog.Message}");
        await page.GotoAsync("/");
        await page.FillAsync("[name=UserName]", userName);
        await page.FillAsync("[name=Password]", Site.Password);
        await page.Locator("main button[type=submit], form.card button[type=submit]").First.ClickAsync();

        // By looking at the address, not for an event: that of a page which is there already never comes again.
        await Assertions.Expect(page).Not.ToHaveURLAsync(SignInPage());
        return person;
    }

    public async Task Go(string path)
    {
        await page.GotoAsync(path);
        await Fits();
    }

    public async Task Press(string name)
    {
        try
        {
            await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true }).First.ClickAsync();
        }
        catch (TimeoutException missing)
        {
            throw new TimeoutException($"{name}: {page.Url}\n{await page.Locator("main").InnerTextAsync()}", missing);
        }

        await page.WaitForLoadStateAsync();
        await Fits();
    }

    public Task Sees(string text) => Assertions.Expect(page.GetByText(text).First).ToBeAttachedAsync();

    public async Task NoRefusal()
    {
        await page.WaitForLoadStateAsync();
        string[] refusals = [.. await page.Locator(".refusal:visible, .invalid-feedback:visible").AllInnerTextsAsync()];
        refusals.Where(text => text.Trim().Length > 0).ShouldBeEmpty(page.Url);
    }

    public async Task SignOut()
    {
        await page.Locator("details.menu summary").ClickAsync();
        await page.Locator("details.menu form[action*='handler=Out'] button").ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(SignInPage());
    }

    public async Task Close()
    {
        _faults.ShouldBeEmpty();
        await page.Context.CloseAsync();
    }

    /// <summary>Takes the option whose words hold the text.</summary>
    public async Task Choose(string field, string text)
    {
        ILocator option = page.Locator($"[name='{field}'] option").Filter(new LocatorFilterOptions { HasText = text }).First;
        await page.SelectOptionAsync($"[name='{field}']", (await option.GetAttributeAsync("value"))!);
    }

    /// <summary>The bank's statement of March comes in, or is only looked at.</summary>
    public async Task Import(string? confirm)
    {
        await Go("/Banking/Import");
        await page.SetInputFilesAsync("input[type=file]", Path.Combine(AppContext.BaseDirectory, "samples", "ccb-corporate-2026.csv"));
        await Press("上传并预览");
        await Sees("GB18030");
        if (confirm is null)
        {
            await Sees("新的 0 笔");
            return;
        }

        await Sees("436,250.00");
        await Press(confirm);
        await Sees("30");
    }

    /// <summary>A statement of the bank that nobody has to look at twice.</summary>
    public async Task Import(byte[] statement, int lines)
    {
        await Go("/Banking/Import");
        await page.SetInputFilesAsync("input[type=file]", new FilePayload { Name = "流水.csv", MimeType = "text/csv", Buffer = statement });
        await Press("上传并预览");

        // The page asks for itself until it is done, and leads on to the lines: no state of loading is waited for.
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = $"导入 {lines} 笔新流水", Exact = true }).ClickAsync();
        await Sees("待处理");
    }

    /// <summary>The bank's line that holds the words is what was expected.</summary>
    public async Task Accept(string words)
    {
        await Go($"/Banking/Line?Filter.Text={Uri.EscapeDataString(words)}");
        await Press("接受");
        await NoRefusal();
    }

    /// <summary>Reviews what was sent for review last.</summary>
    public async Task PostNewest()
    {
        await Go("/Vouchers?state=prepared");
        string[] waiting = [.. await page.Locator("main a[href*='/Vouchers/Show']").EvaluateAllAsync<string[]>(
            "all => all.map(link => link.getAttribute('href'))")];
        await Go(waiting.MaxBy(link => int.Parse(
            Regex.Match(link, "[?&]id=([0-9]+)", RegexOptions.IgnoreCase).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))!);

        // Alone, or together with the promise that it fulfils.
        ILocator post = page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "审核通过并记账" });
        (await post.CountAsync()).ShouldBe(1, page.Url);
        await post.ClickAsync();
        await NoRefusal();
        await Fits();
    }

    /// <summary>Unfolds a part of the page unless it is open.</summary>
    public async Task Unfold(string summary)
    {
        ILocator part = page.Locator("details").Filter(new LocatorFilterOptions { Has = page.Locator($"summary:text-is('{summary}')") }).First;
        if (await part.GetAttributeAsync("open") is null)
        {
            await part.Locator("summary").First.ClickAsync();
        }
    }

    public Task Speak(string language) =>
        page.Context.AddCookiesAsync([new Cookie { Name = "lang", Value = language, Url = new Uri(page.Url).GetLeftPart(UriPartial.Authority) }]);

    /// <summary>A picture of the page, where somebody wants to look at the pages of a journey.</summary>
    public async Task Shot(string? place, string name)
    {
        if (place is { Length: > 0 })
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(place, $"{name}.png"), FullPage = true });
        }
    }

    /// <summary>The oldest line to do; in the demo the first of March, and those after it follow by number.</summary>
    public async Task<long> FirstLine()
    {
        await Go("/Banking/Line");
        string id = Regex.Match(page.Url, "[?&]Id=([0-9]+)").Groups[1].Value;
        return long.Parse(id, System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task Fits()
    {
        int[] widths = await page.EvaluateAsync<int[]>("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]");
        widths[0].ShouldBeLessThanOrEqualTo(widths[1], $"{page.Url} is wider than the screen");
    }

    [GeneratedRegex("SignIn", RegexOptions.None, 1000)]
    private static partial Regex SignInPage();
}
