package dev.mysqlproxy.plugin.proxy;

import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.Pool;
import java.util.function.UnaryOperator;

/** The limits of all pools, as operators set and change them. Any thread. */
final class PoolLimits {

    private final Backends backends;
    private Pool.Limits limits;

    private PoolLimits(Backends backends, Pool.Limits limits) {
        this.backends = backends;
        this.limits = limits;
    }

    /** Sets what the options say, now and whenever one of them changes. */
    static void follow(PluginContext context) {
        PoolLimits pools = new PoolLimits(context.backends(), ProxyOptions.pool(context.options()));
        pools.change(as -> as);
        context.onChange(
                ProxyOptions.POOL_MAX_IDLE,
                most -> pools.change(as -> new Pool.Limits(most, as.idleTimeout(), as.maxAge(), as.changeUser())));
        context.onChange(
                ProxyOptions.POOL_IDLE_TIMEOUT,
                timeout -> pools.change(as -> new Pool.Limits(
                        as.maxIdle(),
                        ProxyOptions.valueOrDefault(timeout, ProxyOptions.POOL_IDLE_TIMEOUT),
                        as.maxAge(),
                        as.changeUser())));
        context.onChange(
                ProxyOptions.POOL_MAX_AGE,
                age -> pools.change(as -> new Pool.Limits(
                        as.maxIdle(),
                        as.idleTimeout(),
                        ProxyOptions.valueOrDefault(age, ProxyOptions.POOL_MAX_AGE),
                        as.changeUser())));
        context.onChange(
                ProxyOptions.POOL_NO_CHANGE_USER,
                without -> pools.change(as -> new Pool.Limits(as.maxIdle(), as.idleTimeout(), as.maxAge(), !without)));
    }

    private synchronized void change(UnaryOperator<Pool.Limits> change) {
        limits = change.apply(limits);
        backends.limits(limits);
    }
}
