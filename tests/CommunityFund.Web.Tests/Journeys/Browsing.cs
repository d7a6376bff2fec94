using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>
/// One person at a browser. Every page that is opened is checked for width: nothing may push the page sideways. Whatever leads to another page goes
/// through <see cref="Turn"/>, so that nothing is read from the page before nor typed into one whose scripts do not listen yet.
/// </summary>
internal sealed partial class Browsing(IPage page)
{
    // A page has come when it is not the one that was left, all of it is loaded, its deferred scripts with it, and it was drawn once more:
    // some put the cursor into a field just before that.
    private const string Come = """
        () => {
          if (window.left || document.readyState !== 'complete') return null;
          if (!window.drawn) {
            requestAnimationFrame(() => { window.drawn = true; });
            return null;
          }
          const page = document.documentElement;
          if (page.scrollWidth > page.clientWidth) throw new Error(`${location.href} is wider than the screen`);
          return true;
        }
        """;

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
        await person.Go("/");
        await page.FillAsync("[name=UserName]", userName);
        await page.FillAsync("[name=Password]", Site.Password);
        await person.Click(page.Locator("main button[type=submit], form.card button[type=submit]").First);
        await person.Stands(address => !SignInPage().IsMatch(address));
        return person;
    }

    public async Task Go(string path)
    {
        await page.GotoAsync(path);
        await HasCome();
    }

    /// <summary>Does what leads to another page, be it at the same address, and waits until that one has come.</summary>
    public async Task Turn(Func<Task> act)
    {
        await page.EvaluateAsync("() => { window.left = true; }");
        try
        {
            await act();
            await HasCome();
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{page.Url}\n{await page.Locator("body").InnerTextAsync()}", late);
        }
    }

    /// <summary>Follows a link or presses a button to another page.</summary>
    public Task Click(ILocator what) => Turn(() => what.ClickAsync());

    public Task Press(string name) =>
        Click(page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true }).First);

    /// <summary>Presses keys one after another; the last may lead to another page, which is <see cref="Turn"/>'s matter.</summary>
    public async Task Keys(params string[] keys)
    {
        foreach (string key in keys)
        {
            await page.Keyboard.PressAsync(key);
        }
    }

    /// <summary>Presses a key that puts the cursor into a field, and writes there.</summary>
    public async Task WriteAt(string key, ILocator field, string text)
    {
        await Keys(key);
        await Assertions.Expect(field).ToBeFocusedAsync();
        await page.Keyboard.InsertTextAsync(text);
        await Assertions.Expect(field).ToHaveValueAsync(text);
    }

    public Task Sees(string text) => Assertions.Expect(page.GetByText(text).First).ToBeAttachedAsync();

    /// <summary>The page is at such an address, or comes to be. By looking, not for an event: that of a page which is there already never comes
    /// again.</summary>
    public async Task Stands(Func<string, bool> at)
    {
        await page.WaitForURLAsync(at);
        await HasCome();
    }

    public async Task NoRefusal()
    {
        string[] refusals = [.. await page.Locator(".refusal:visible, .invalid-feedback:visible").AllInnerTextsAsync()];
        refusals.Where(text => text.Trim().Length > 0).ShouldBeEmpty(page.Url);
    }

    public async Task SignOut()
    {
        await page.Locator("details.menu summary").ClickAsync();
        await Click(page.Locator("details.menu form[action*='handler=Out'] button"));
        await Stands(address => SignInPage().IsMatch(address));
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
        await Imported(30);
    }

    /// <summary>The import is done. On a busy machine its progress is shown first, which asks for itself, and then a button that leads on.</summary>
    public async Task Imported(int lines)
    {
        ILocator goOn = page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "继续", Exact = true });
        await Assertions.Expect(goOn.Or(page.GetByText($"已导入 {lines} 笔新流水")).First).ToBeVisibleAsync();
        if (await goOn.CountAsync() > 0)
        {
            await Click(goOn);
        }

        await Sees($"已导入 {lines} 笔新流水");
    }

    /// <summary>A statement of the bank that nobody has to look at twice.</summary>
    public async Task Import(byte[] statement, int lines)
    {
        await Go("/Banking/Import");
        await page.SetInputFilesAsync("input[type=file]", new FilePayload { Name = "流水.csv", MimeType = "text/csv", Buffer = statement });
        await Press("上传并预览");
        await Press($"导入 {lines} 笔新流水");
        await Imported(lines);
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
        ILocator links = page.Locator("main a[href*='/Vouchers/Show']");
        await Assertions.Expect(links.First).ToBeVisibleAsync();
        string[] waiting = [.. await links.EvaluateAllAsync<string[]>("all => all.map(link => link.getAttribute('href'))")];
        await Go(waiting.MaxBy(link => int.Parse(
            Regex.Match(link, "[?&]id=([0-9]+)", RegexOptions.IgnoreCase).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))!);

        // Alone, or together with the promise that it fulfils.
        ILocator post = page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "审核通过并记账" });
        await Assertions.Expect(post).ToHaveCountAsync(1);
        await Click(post);
        await NoRefusal();
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

    // To be told of loading costs nothing; to ask again at every picture does, so that is kept for the rest.
    private async Task HasCome()
    {
        try
        {
            await page.WaitForLoadStateAsync(options: new PageWaitForLoadStateOptions { Timeout = 10_000 });
        }
        catch (TimeoutException)
        {
            // Now and then the driver misses that the page was loaded; the page itself is asked next.
        }

        await page.WaitForFunctionAsync(Come);
    }

    [GeneratedRegex("SignIn", RegexOptions.None, 1000)]
    private static partial Regex SignInPage();
}
